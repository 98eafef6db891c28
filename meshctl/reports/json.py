"""One JSON document; its shape is published in `meshctl/reports/schema.json`."""

import json
import re
from collections import Counter
from typing import Any

from meshctl import __version__
from meshctl.model.finding import Finding, Related
from meshctl.model.location import Location
from meshctl.model.result import Exit, Failure, Result, SetAside
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style

SCHEMA_VERSION = 1


# Legal in JSON, but a terminal obeys the first and no encoding can write the second.
_CONTROLS = re.compile(r"[\x7f-\x9f\ud800-\udfff]")


def render(result: Result, style: Style) -> str:
    """The whole result as one indented document."""
    return encode(document(result), style)


def failure(message: str, exit_code: int, style: Style) -> str:
    """The document of a run that ended before it had a result, with an `error` that says why."""
    return render(Result(failure=Failure(message, Exit(exit_code))), style)


def encode(value: object, style: Style) -> str:
    """Plain data as indented JSON that any terminal may show and any encoding may write."""
    text = json.dumps(value, indent=2, ensure_ascii=not style.unicode) + "\n"
    return _CONTROLS.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def document(result: Result) -> dict[str, Any]:
    """The report as plain data; a command's own tables stand beside the findings under their own keys."""
    by_severity = Counter(f.severity for f in result.findings)
    by_code = Counter(f.code for f in result.findings)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"name": "meshctl", "version": __version__},
        "inputs": list(result.inputs),
        "summary": {
            "bySeverity": {s.value: by_severity[s] for s in Severity},
            "byCode": dict(sorted(by_code.items())),
            "suppressed": result.suppressed,
            "baselined": result.baselined,
            "skipped": [{"analyzer": s.analyzer, "why": s.why} for s in result.skipped],
            "unread": [{"what": u.what, "why": u.why} for u in result.unread],
        },
        "findings": [_finding(f) for f in result.findings],
        **({"suppressed": [_set_aside(one) for one in result.set_aside]} if result.set_aside else {}),
        **({"error": _error(result.failure)} if result.failure else {}),
        **{key: list(rows) for key, rows in result.tables.items()},
    }


def _set_aside(one: SetAside) -> dict[str, Any]:
    return {"finding": _finding(one.finding), "by": one.by, "reason": one.reason}


def _error(failure: Failure) -> dict[str, Any]:
    return {"message": failure.message, "exitCode": int(failure.code)}


def _finding(finding: Finding) -> dict[str, Any]:
    out: dict[str, Any] = {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
    }
    if finding.resource:
        out["resource"] = finding.resource.as_data(finding.version)
        out["path"] = finding.field
    if finding.location:
        out["location"] = _location(finding.location)
    out["related"] = [_related(r) for r in finding.related]
    out["fix"] = finding.fix
    out["fingerprint"] = finding.fingerprint
    out["helpUri"] = finding.help_uri
    return out


def _location(place: Location) -> dict[str, Any]:
    return {
        "file": place.file,
        "startLine": place.start_line,
        "startColumn": place.start_column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _related(related: Related) -> dict[str, Any]:
    out: dict[str, Any] = {"message": related.message}
    if related.resource:
        out["resource"] = related.resource.as_data("")
    if related.location:
        out["location"] = _location(related.location)
    return out
