"""The table of `meshctl drift`: each difference once, however many proxies have it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from meshctl.analysis.analyze import Analysis, analyze
from meshctl.analysis.analyzer import Analyzer
from meshctl.graph.mesh import MeshGraph
from meshctl.model.difference import Difference
from meshctl.model.ids import ResourceId
from meshctl.model.paths import dotted

Row = dict[str, Any]

SUBJECT = "drift"
REFUSALS = "proxy-rejects-configuration"
"""The check of another subject that says why a proxy runs what it had before."""


def drift(mesh: MeshGraph, analyzers: Sequence[Analyzer], *, checked: int) -> Analysis:
    """The findings of the checks about drift, with the table; `checked` is the number of proxies compared."""
    mine = [a for a in analyzers if a.subject == SUBJECT or a.name == REFUSALS]
    analysis = analyze(mesh, mine)
    asked = {identity for d in mesh.facts.differences for identity in (d.resource, d.explained)}
    versions = {r.id: r.version for r in mesh.snapshot.resources if r.id in asked}
    rows = [_row(found, versions) for found in mesh.facts.differences]
    return Analysis(replace(analysis.result, tables={"drift": rows}, proxies=checked), analysis.crashes)


def _row(found: Difference, versions: Mapping[ResourceId, str]) -> Row:
    return {
        "sort": found.sort.value,
        "hop": found.hop.value,
        "resource": _identity(found.resource, versions),
        "path": dotted(found.path),
        "field": found.field,
        "desired": _plain(found.desired),
        "sent": _plain(found.sent),
        "running": _plain(found.running),
        "objects": list(found.objects),
        "proxies": list(found.proxies),
        "reason": f"{found.reason}.",
        "fix": f"{found.fix}.",
        "explainedBy": _identity(found.explained, versions),
    }


def _identity(identity: ResourceId | None, versions: Mapping[ResourceId, str]) -> dict[str, str] | None:
    return identity.as_data(versions.get(identity, "")) if identity else None


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value


def summary(differences: Sequence[Difference], checked: int, without: Sequence[str]) -> str:
    """`5 proxies: 2 differences`, and of how many it is not known what they are sent, as sentences."""
    if not checked:
        return "No proxy was compared."
    count = sum(found.explained is None for found in differences)
    told = "no drift" if not count else "1 difference" if count == 1 else f"{count:,} differences"
    text = f"{checked:,} {'proxy' if checked == 1 else 'proxies'}: {told}."
    if without:
        text += f" What istiod sends is not known of {len(without):,}."
    return text
