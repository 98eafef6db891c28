"""One page that holds the whole report: it needs no network, no server and nothing beside it."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from meshctl import __version__
from meshctl.model.finding import Finding, Related
from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.result import Result, Surroundings
from meshctl.reports import fleet
from meshctl.reports.formats import Style
from meshctl.reports.paragraphs import Documented, documented
from meshctl.reports.places import untold
from meshctl.reports.tables import Texts, texts
from meshctl.reports.text import name_of, safe

Data = dict[str, Any]

_PLAIN = Style()
_BEFORE, _AFTER = 80, 160
_DATA, _POLICY = "{{data}}", "{{policy}}"


def render(result: Result, style: Style) -> str:
    """The page with the result inside as JSON, which its script shows with text nodes alone."""
    return _page().replace(_DATA, _embedded(_shown(_document(result))), 1)


def _document(result: Result) -> Data:
    checks = documented(result)
    positions = {(check.code, check.name): i for i, check in enumerate(checks)}
    found = {positions[f.code, f.name] for f in result.findings}
    near = result.surroundings(f.resource for f in result.findings if f.resource)
    return {
        "version": __version__,
        "inputs": list(result.inputs),
        "failure": result.failure.message if result.failure else "",
        "exit": int(result.exit),
        "resources": result.resources,
        "files": result.files,
        "proxies": result.proxies,
        "suppressed": result.suppressed,
        "baselined": result.baselined,
        "crashed": result.crashed,
        "ran": len(result.checks),
        "unread": [[u.what, u.why] for u in untold(result)],
        "skipped": [[s.analyzer, s.why] for s in result.skipped],
        # Only what the findings need: the others would be the larger part of a small report.
        "checks": {str(i): _check(checks[i]) for i in sorted(found)},
        "findings": [_finding(f, positions[f.code, f.name], near.around) for f in result.findings],
        **_graph(near),
        "tables": [_table(t) for t in texts(result.tables)],
        "fleet": [_cluster(row) for row in result.tables.get(fleet.KEY, ())],
        "aside": [_table(_set_aside(result))] if result.set_aside else [],
    }


def _cluster(row: Mapping[str, Any]) -> Data:
    """A tile of the fleet, with the group of tiles that it belongs to."""
    return {
        "name": row["cluster"],
        "group": fleet.labels_of(row),
        "state": row["state"],
        "why": row["why"],
        "counts": [row["errors"], row["warnings"], row["infos"]],
        "unlike": row["unlike"],
        "resources": row["resources"],
        "versions": fleet.control_planes_of(row),
    }


def _table(table: Texts) -> Data:
    return {"title": table.title, "headings": table.headings, "numbers": table.numbers, "rows": table.rows}


def _set_aside(result: Result) -> Texts:
    """What is suppressed or in the baseline, for whoever asks what is not seen above."""
    rows = [
        (
            f"{one.finding.severity.value} {one.finding.code}",
            name_of(one.finding.resource, _PLAIN) if one.finding.resource else "",
            _position(one.finding.location) if one.finding.location else one.finding.field,
            one.finding.message,
            one.by,
            one.reason,
        )
        for one in result.set_aside
    ]
    headings = ("FINDING", "RESOURCE", "PLACE", "MESSAGE", "SET ASIDE BY", "REASON")
    return Texts("Suppressed or in the baseline", headings, [False] * len(headings), rows)


def _check(check: Documented) -> Data:
    return {
        "code": check.code,
        "name": check.name,
        "summary": check.summary,
        "parts": [[part.heading, part.text, part.is_example] for part in check.parts],
        "help": check.help_uri if check.help_uri.startswith("https://") else "",
    }


def _finding(finding: Finding, check: int, around: Mapping[ResourceId, Any]) -> Data:
    resource, place = finding.resource, finding.location
    return {
        "check": check,
        "severity": finding.severity.rank,
        "message": finding.message,
        "fix": finding.fix,
        "resource": name_of(resource, _PLAIN) if resource else "",
        "namespace": resource.home if resource else "",
        **({"cluster": resource.cluster} if resource and resource.cluster else {}),
        "field": finding.field,
        **({"place": _position(place), "line": place.start_line, "source": _source(place)} if place else {}),
        "related": [_related(r) for r in finding.related],
        "near": list(around.get(resource, ())) if resource else [],
    }


def _related(related: Related) -> list[str]:
    subject = name_of(related.resource, _PLAIN) if related.resource else ""
    return [subject, _position(related.location) if related.location else "", related.message]


def _position(place: Location) -> str:
    return f"{place.file}:{place.start_line}:{place.start_column}"


def _source(place: Location) -> list[str]:
    """The line before, in and after the region; of a long line what is around it."""
    line = place.source
    start = min(place.start_column - 1, len(line))
    end = place.end_column - 1 if place.end_line == place.start_line else len(line)
    end = min(max(end, start + 1), start + _AFTER, len(line))
    low, high = max(0, start - _BEFORE), min(len(line), end + _AFTER)
    before, after = "…" * (low > 0) + line[low:start], line[end:high] + "…" * (high < len(line))
    return [text.replace("\t", "    ") for text in (before, line[start:end], after)]


def _graph(near: Surroundings) -> Data:
    positions = {node["id"]: i for i, node in enumerate(near.nodes)}
    return {
        "nodes": [[node["id"], node["state"]] for node in near.nodes],
        "edges": [[positions[e["source"]], positions[e["target"]], e["kind"], e["path"]] for e in near.edges],
    }


def _shown(value: Any) -> Any:
    """The data with all that could deceive a reader written as an escape; line breaks stay."""
    if isinstance(value, str):
        return value if value.isprintable() else "\n".join(safe(line, _PLAIN) for line in value.split("\n"))
    if isinstance(value, Mapping):
        return {key: _shown(each) for key, each in value.items()}
    return [_shown(each) for each in value] if isinstance(value, list | tuple) else value


def _embedded(value: Any) -> str:
    """JSON that no HTML parser takes for anything else: neither `</script>` nor `<!--` can be in it."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _page() -> str:
    """The page without data, allowed to run its own script and style and to load nothing."""
    page = (files(__name__) / "page.html").read_text(encoding="utf-8")
    script, style = (_hash(page, tag) for tag in ("script", "style"))
    policy = f"default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'"
    return page.replace(_POLICY, policy, 1)


def _hash(page: str, tag: str) -> str:
    found = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    assert found, f"the page has no {tag}"
    return f"'sha256-{base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()}'"
