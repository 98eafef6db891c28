"""GitLab's code quality report, which merge requests show beside the changed lines."""

from collections import Counter
from hashlib import sha256
from typing import Any

from meshctl.model.finding import Finding
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style
from meshctl.reports.json import encode
from meshctl.reports.places import artifact, from_root, told, untold

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(result: Result, style: Style) -> str:
    """A list of issues; what was not read and a failed run are issues too, for an empty list means that all is well."""
    issues = []
    if result.failure:
        issues.append(_problem("failed", result.failure.message, "meshctl"))
    issues += [_problem("not-read", f"{u.what}: {u.why}", from_root(u.what, style)) for u in untold(result)]
    seen: Counter[str] = Counter()
    issues += [_issue(f, seen, style) for f in result.findings]
    return encode(issues, style)


def _issue(finding: Finding, seen: Counter[str], style: Style) -> dict[str, Any]:
    """Fingerprints have to be unique: the second of two equal ones is made another."""
    seen[finding.fingerprint] += 1
    count = seen[finding.fingerprint]
    place = finding.location
    return {
        "check_name": finding.name,
        "description": f"{finding.code}: {told(finding)}",
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": finding.fingerprint if count == 1 else f"{finding.fingerprint}:{count}",
        "location": {
            "path": artifact(finding, style),
            "lines": {"begin": place.start_line, "end": place.end_line} if place else {"begin": 1},
        },
    }


def _problem(name: str, text: str, path: str) -> dict[str, Any]:
    return {
        "check_name": name,
        "description": text,
        "severity": "blocker",
        "fingerprint": sha256(f"{name}\0{text}".encode(errors="surrogatepass")).hexdigest()[:32],
        "location": {"path": path, "lines": {"begin": 1}},
    }
