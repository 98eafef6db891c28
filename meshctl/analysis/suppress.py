"""Findings that the owner of a resource has chosen to live with, by annotation."""

from meshctl.analysis.analyzer import Analyzer
from meshctl.graph.fields import labels, mapping
from meshctl.graph.view import View

OURS = "ignore.meshctl.dev/"
ISTIOS = "galley.istio.io/analyze-suppress"


def suppressed(analyzer: Analyzer, subject: View | None) -> bool:
    """Whether the resource asks not to hear of this.

    `ignore.meshctl.dev/IST0101: "reason"` on the resource or its pod template, a name instead of the code, or `all`;
    or Istio's own annotation with codes separated by commas, or `*`.
    """
    if subject is None:
        return False
    template = mapping(mapping(mapping(subject.spec.get("template")).get("metadata")).get("annotations"))
    for annotations in (subject.annotations, labels(template)):
        if any(OURS + token in annotations for token in (analyzer.code, analyzer.name, "all")):
            return True
    codes = {code.strip() for code in subject.annotations.get(ISTIOS, "").split(",")}
    return bool(codes & {analyzer.code, "*"})
