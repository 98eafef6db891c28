"""Findings that somebody has chosen to live with: the owner of a resource by annotation, the user by a flag."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from meshctl.analysis.analyzer import Analyzer
from meshctl.graph.fields import labels, mapping
from meshctl.graph.settings import Suppression
from meshctl.graph.view import View

OURS = "ignore.meshctl.dev/"
ISTIOS = "galley.istio.io/analyze-suppress"


class SuppressionError(Exception):
    """A suppression that is not of the form CODE=KIND NAMESPACE/NAME."""


def parse_suppression(text: str) -> Suppression:
    """`IST0101=VirtualService shop/*` as the flag takes it and as reports print resources. Raises SuppressionError."""
    check, equals, resource = text.partition("=")
    if not (equals and check.strip() and resource.strip()):
        raise SuppressionError(f"{text!r} suppresses nothing: write CODE=KIND NAMESPACE/NAME, with * for any letters")
    return Suppression(check.strip(), resource.strip())


def suppressed(analyzer: Analyzer, subject: View | None, by_user: Sequence[Suppression] = ()) -> bool:
    """Whether the user or the resource asks not to hear of this. Findings about a file itself are always reported.

    On the resource or its pod template: `ignore.meshctl.dev/IST0101: "reason"`, a name instead of the code, or `all`;
    on the resource Istio's own annotation with codes separated by commas, or `*`.
    """
    if subject is None:
        return False
    name = str(subject.id)
    if any(analyzer.answers_to(s.check) and fnmatchcase(name, s.resource) for s in by_user):
        return True
    template = mapping(mapping(mapping(subject.spec.get("template")).get("metadata")).get("annotations"))
    for annotations in (subject.annotations, labels(template)):
        if any(OURS + token in annotations for token in (analyzer.code, analyzer.name, "all")):
            return True
    codes = {code.strip() for code in subject.annotations.get(ISTIOS, "").split(",")}
    return bool(codes & {analyzer.code, "*"})
