"""SARIF 2.1.0, as code scanning reads it: rules with their documentation, results with regions and fingerprints."""

import gzip
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from meshctl import __version__
from meshctl.model.finding import Finding, Related
from meshctl.model.location import Location
from meshctl.model.result import Result, SetAside
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style
from meshctl.reports.json import encode
from meshctl.reports.paragraphs import Documented, as_markdown, as_text, documented
from meshctl.reports.places import artifact, from_root, logical, told

Data = dict[str, Any]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Mapping[str, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS: Mapping[str, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
# What GitHub takes: more results are refused, longer texts cut, larger files refused.
MOST_RESULTS = 25_000
MOST_BYTES = 10_000_000
LONGEST_MESSAGE = 4_000
LONGEST_DESCRIPTION = 1_024
LONGEST_LINE = 500


def render(result: Result, style: Style) -> str:
    """One run. Where there are more findings than can be uploaded the worst are kept, and a notification says so."""
    kept = min(len(result.findings), MOST_RESULTS)
    while True:
        text = encode(_log(result, kept, style), style)
        size = len(text.encode(errors="replace"))
        if size > MOST_BYTES:
            size = len(gzip.compress(text.encode(errors="replace"), 6))
        if size <= MOST_BYTES or not kept:
            return text
        kept = kept * 3 // 4


def _log(result: Result, kept: int, style: Style) -> Data:
    checks = documented(result)
    positions = {(check.code, check.name): i for i, check in enumerate(checks)}
    severities = {(f.code, f.name): f.severity for f in reversed(result.findings)}
    seen: Counter[str] = Counter()
    run: Data = {
        "tool": {
            "driver": {
                "name": "meshctl",
                "semanticVersion": __version__,
                "version": __version__,
                "rules": [_rule(check, severities.get((check.code, check.name))) for check in checks],
                "notifications": [{"id": name} for name in ("crashed", "failed", "left-out", "not-read", "skipped")],
            }
        },
        "automationDetails": {"id": "meshctl/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(result, kept)],
        "results": [_result(f, positions[f.code, f.name], seen, style) for f in result.findings[:kept]],
    }
    if style.set_aside and result.set_aside:
        run["results"] = [
            *({**found, "baselineState": "new"} for found in run["results"]),
            *(
                {**_result(one.finding, positions[one.finding.code, one.finding.name], seen, style), **_aside(one)}
                for one in result.set_aside[: MOST_RESULTS - kept]
            ),
        ]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: Documented, seen: Severity | None) -> Data:
    severity = Severity(check.severity) if check.severity else seen or Severity.WARNING
    summary = _cut(check.summary or check.name, LONGEST_DESCRIPTION)
    why = next((part.text for part in check.parts if part.heading == "Why"), "")
    rule = {
        "id": _rule_id(check.code, check.name),
        "name": "".join(word.capitalize() for word in check.name.split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": _cut(f"{summary} {why[:1].upper()}{why[1:]}".strip(), LONGEST_DESCRIPTION)},
        "help": {"text": as_text(check) or summary, "markdown": as_markdown(check) or summary},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "tags": ["service-mesh", check.code],
            "precision": "high",
            "problem.severity": _PROBLEMS[severity],
        },
    }
    return {**rule, "helpUri": check.help_uri} if check.help_uri else rule


def _rule_id(code: str, name: str) -> str:
    """One code may have several checks, each with its own documentation."""
    return f"{code}/{name}"


def _result(finding: Finding, rule: int, seen: Counter[str], style: Style) -> Data:
    seen[finding.fingerprint] += 1
    location: Data = {"physicalLocation": _physical(finding.location, artifact(finding, style), style)}
    if name := logical(finding):
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"}]
    related = [_related(i, each, style) for i, each in enumerate((r for r in finding.related if r.location), start=1)]
    out: Data = {
        "ruleId": _rule_id(finding.code, finding.name),
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [location],
        "partialFingerprints": {
            "meshctl/v1": finding.fingerprint,
            "primaryLocationLineHash": f"{finding.fingerprint}:{seen[finding.fingerprint]}",
        },
    }
    if related:
        out["relatedLocations"] = related
    properties: Data = {}
    if finding.path:
        properties["path"] = finding.field
    if not finding.location:
        properties["synthetic"] = True
    return {**out, "properties": properties} if properties else out


def _aside(one: SetAside) -> Data:
    suppression = {"kind": "inSource" if one.by in ("annotation", "comment") else "external"}
    if one.reason:
        suppression["justification"] = _cut(one.reason, LONGEST_MESSAGE)
    return {"suppressions": [suppression], "baselineState": "unchanged" if one.by == "baseline" else "new"}


def _message(finding: Finding) -> str:
    text = _cut(_plain(told(finding)), LONGEST_MESSAGE)
    # GitHub shows a related place only where the message links to it.
    links = (f"[{_plain(_subject(r))}]({i})" for i, r in enumerate((r for r in finding.related if r.location), start=1))
    see = ", ".join(list(links)[:10])
    return f"{text} See {see}." if see else text


def _subject(related: Related) -> str:
    return str(related.resource) if related.resource else related.message


def _plain(text: str) -> str:
    """Brackets begin a link in a message."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _related(number: int, related: Related, style: Style) -> Data:
    place = related.location
    uri = from_root(place.file, style) if place else ""
    subject = f"{related.resource}: " if related.resource else ""
    message = {"text": _cut(_plain(f"{subject}{related.message}"), LONGEST_MESSAGE)}
    return {"id": number, "physicalLocation": _physical(place, uri, style), "message": message}


def _physical(place: Location | None, file: str, style: Style) -> Data:
    absolute = file.startswith("/")
    uri = quote(file.encode(errors="surrogatepass"), safe="/")
    where: Data = {"uri": f"file://{uri}"} if absolute else {"uri": uri, "uriBaseId": "SRCROOT"}
    if place is None:
        return {"artifactLocation": where, "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2}}
    region: Data = {
        "startLine": place.start_line,
        "startColumn": place.start_column,
        "endLine": place.end_line,
        "endColumn": max(place.end_column, place.start_column)
        if place.end_line == place.start_line
        else place.end_column,
    }
    if place.source and len(place.source) <= LONGEST_LINE:
        region["snippet"] = {"text": place.source}
    return {"artifactLocation": where, "region": region}


def _invocation(result: Result, kept: int) -> Data:
    notes = list(_notifications(result, kept))
    return {
        "executionSuccessful": result.exit <= 1,
        "exitCode": int(result.exit),
        "toolExecutionNotifications": notes,
    }


def _notifications(result: Result, kept: int) -> Iterator[Data]:
    if result.failure:
        yield _notification("failed", "error", result.failure.message)
    if result.crashed:
        yield _notification("crashed", "error", "A check crashed: what it would have found is missing.")
    for unread in result.unread:
        yield _notification("not-read", "error", f"not read: {unread.what}: {unread.why}")
    if left := len(result.findings) - kept:
        yield _notification(
            "left-out",
            "warning",
            f"{left:,} of {len(result.findings):,} findings are left out, the least severe: no more can be uploaded.",
        )
    for skipped in result.skipped:
        yield _notification("skipped", "warning", f"did not run: {skipped.analyzer}: {skipped.why}")


def _notification(name: str, level: str, text: str) -> Data:
    return {"descriptor": {"id": name}, "level": level, "message": {"text": _cut(_plain(text), LONGEST_MESSAGE)}}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
