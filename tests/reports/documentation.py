"""Checks with fixed documentation, so that golden reports change with the format alone."""

from collections.abc import Sequence

from meshctl.analysis.analyzer import Analyzer
from meshctl.model.severity import Severity
from tests.reports.results import FINDINGS

DOC = """A route sends requests to a host that does not exist.

Why: Envoy has no cluster for `*.reviewz`, so every <request>
gets a 503.

Example:
    kind: VirtualService
    spec:
      hosts: [reviews]

Fix: name an existing Service.

Silent when: a wildcard covers the host.
"""


def documented_checks() -> Sequence[Analyzer]:
    """The checks of the golden results, without what they do."""
    return [
        Analyzer(f.code, f.name, f.severity, frozenset(), frozenset(), lambda mesh: iter(()), "a.b", DOC)
        for f in FINDINGS.findings
        if f.severity is not Severity.INFO
    ]
