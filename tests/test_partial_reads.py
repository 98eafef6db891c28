"""Each fixture as a cluster: read in part it says nothing that the whole does not, and over itself the same."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from meshctl.analysis.analyze import analyze, kinds_of
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.changes import analyze_changes
from meshctl.analysis.registry import choose, load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.finding import Finding
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path as FieldPath
from meshctl.model.severity import Severity
from meshctl.sources.overlay import overlaid
from meshctl.sources.scope import CLUSTER_SCOPED
from meshctl.sources.snapshot import Coverage, Snapshot
from tests.facts import RECORDED
from tests.test_fixtures import CASES, settings_of, snapshot_of

CHECKS = choose(load(), [], [])
KINDS = kinds_of(CHECKS)
EVERYWHERE = frozenset(kind for kind in KINDS if kind in CLUSTER_SCOPED)
INSIDE = KINDS - EVERYWHERE
NAMESPACE, CONFIG_MAP = KindKey("", "Namespace"), KindKey("", "ConfigMap")
ISTIO = "istio-system"
# MeshNetworks is a kind of files alone: no API server has it.
SINGLE = [
    case
    for case in CASES
    if not (case.is_dir() and (list(case.glob("cluster-*")) or (case / RECORDED).is_dir()))
    and "meshnetworks" not in str(case)
]

Said = tuple[str, object, FieldPath]


def whole(case: Path) -> Snapshot:
    """A fixture as a cluster of which everything was read."""
    return replace(snapshot_of(case), coverage={"": Coverage(whole=KINDS, inferred=False)})


def found(snapshot: Snapshot, settings: Settings, namespace: str = "") -> Mapping[Said, Finding]:
    findings = analyze(MeshGraph(snapshot, settings), _sure(snapshot), namespace=namespace).result.findings
    return {(f"{f.code} {f.name}", f.resource, f.path): f for f in findings}


def _sure(snapshot: Snapshot) -> tuple[Analyzer, ...]:
    """Fixtures name namespaces that they hold no object of, as no cluster does."""
    return tuple(check for check in CHECKS if check.name != "authorizationpolicy-namespace-not-found")


def in_part(snapshot: Snapshot, namespace: str) -> Iterator[Snapshot]:
    """What `-n` reads with all permissions, and what with a Role of the namespace alone."""
    within = {place: INSIDE for place in (namespace, ISTIO)}
    admins = Coverage(whole=EVERYWHERE, within=within, inferred=False)
    yield replace(
        snapshot,
        resources=tuple(
            r for r in snapshot.resources if r.id.kind_key not in INSIDE or r.id.namespace in (namespace, ISTIO)
        ),
        coverage={"": admins},
    )
    forbidden = dict.fromkeys((EVERYWHERE - {NAMESPACE}) | {CONFIG_MAP}, "forbidden")
    yield replace(
        snapshot,
        resources=tuple(r for r in snapshot.resources if namespace in (r.id.namespace, r.id.name)),
        coverage={"": Coverage(within={namespace: INSIDE | {NAMESPACE}}, unread=forbidden, inferred=False)},
    )


@pytest.mark.parametrize("case", SINGLE, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_namespace_alone(case: Path) -> None:
    snapshot, settings = whole(case), settings_of(case)
    namespaces = {r.id.home for r in snapshot.resources} - {""}
    # Where there is only one, it is the whole.
    for namespace in sorted(namespaces) if len(namespaces) > 1 else ():
        true = found(snapshot, settings, namespace)
        for part in in_part(snapshot, namespace):
            said = found(part, settings, namespace)
            assert not [f.message for key, f in said.items() if key not in true and f.severity is not Severity.INFO]


@pytest.mark.parametrize(
    "case",
    [case for case in SINGLE if case.name.startswith("fail-")],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_files_over_a_cluster_that_has_them_already(case: Path) -> None:
    files, settings = snapshot_of(case), settings_of(case)
    live = replace(whole(case), resources=tuple(replace(r, data=deepcopy(r.data)) for r in files.resources))
    live = replace(live, problems=(), remarks=())
    after = MeshGraph(overlaid(live, files), settings)
    changed = {resource.id for resource in files.resources}
    analysis = analyze_changes(MeshGraph(live, settings), after, changed, _sure(live))
    said = {(f"{f.code} {f.name}", f.resource, f.path) for f in analysis.result.findings}
    assert {key for key in said ^ found(whole(case), settings).keys() if not key[0].startswith("MSH00")} == set()
