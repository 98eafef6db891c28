"""Suppressions that stand in the manifests themselves: annotations of resources, and comments."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from meshctl.graph.fields import mapping
from meshctl.graph.view import View
from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.model.resource import Resource
from meshctl.sources.remarks import Remark

OURS = "ignore.meshctl.dev/"
ISTIOS = "galley.istio.io/analyze-suppress"
ALL = "all"

_TEMPLATE = ("spec", "template", "metadata", "annotations")
_COMMENT = re.compile(
    r"(?P<word>ignore(?:-document|-file)?)[ \t]*\[(?P<tokens>[^\]]*)\][ \t]*(?P<reason>.*)", re.DOTALL
)
_MEANT = re.compile(r"ign", re.IGNORECASE)


class Inline(Struct, frozen=True):
    """One code or name that an annotation or a comment suppresses, or `all`.

    An annotation is that of `subject`, at `path`. A comment has a `place` and lines of its file, all of them if empty.
    `text` is how it stands there.
    """

    token: str
    text: str
    reason: str
    subject: View | None = None
    path: Path = ()
    place: Location | None = None
    lines: tuple[int, int] | None = None

    @property
    def by(self) -> str:
        """What kind of suppression it is."""
        return "annotation" if self.subject else "comment"

    @property
    def is_istios(self) -> bool:
        """Whether it was written for Istio's own analysis, which cannot be given a reason."""
        return bool(self.path) and self.path[-1] == ISTIOS


class NotUnderstood(Struct, frozen=True):
    """A comment that wants to suppress something and does not say what; `fix` is a sentence."""

    place: Location
    text: str
    message: str
    fix: str


def annotations(resources: Sequence[Resource]) -> Iterator[Inline]:
    """What the owners of resources suppress, on the resource or on its pod template."""
    for resource in resources:
        own = mapping(resource.data.get("metadata")).get("annotations")
        if own:
            yield from _annotated(resource, ("metadata", "annotations"), own)
        spec = resource.data.get("spec")
        template = spec.get("template") if spec.__class__ is dict else None
        if template:
            found = mapping(mapping(template).get("metadata")).get("annotations")
            if found:
                yield from _annotated(resource, _TEMPLATE, found)


def _annotated(resource: Resource, parent: Path, found: object) -> Iterator[Inline]:
    for key, value in mapping(found).items():
        if key.startswith(OURS):
            reason = value if isinstance(value, str) else ""
            yield Inline(key.removeprefix(OURS), key, reason.strip(), View(resource), (*parent, key))
        elif key == ISTIOS and parent != _TEMPLATE and isinstance(value, str):
            for code in filter(None, map(str.strip, value.split(","))):
                yield Inline(ALL if code == "*" else code, key, "", View(resource), (*parent, key))


def comments(remarks: Sequence[Remark]) -> Iterator[Inline | NotUnderstood]:
    """What comments suppress, each code of theirs by itself."""
    for remark in remarks:
        if not _MEANT.match(remark.text):
            continue
        text = f"# meshctl: {remark.text}"
        match = _COMMENT.fullmatch(remark.text)
        tokens = [token.strip() for token in match["tokens"].split(",") if token.strip()] if match else []
        if match is None or not tokens:
            yield NotUnderstood(
                remark.place, text, "This comment suppresses nothing: it names no code.", _right_form(remark.text)
            )
        elif match["word"] == "ignore-document" and not remark.heads:
            yield NotUnderstood(
                remark.place,
                text,
                "This comment suppresses nothing: one about a whole document stands above all that is in it.",
                "Move it above the first key of the document.",
            )
        else:
            lines = {"ignore": (remark.line, remark.line), "ignore-document": remark.document}.get(match["word"])
            for token in tokens:
                yield Inline(token, text, match["reason"].strip(), place=remark.place, lines=lines)


def _right_form(text: str) -> str:
    """The comment as it was perhaps meant: `ignore IST0101 why` becomes `ignore[IST0101] why`."""
    word, _, rest = text.replace("[", " ").replace("]", " ").replace(":", " ").partition(" ")
    scope = next((known for known in ("ignore-document", "ignore-file") if word.lower() == known), "ignore")
    token, _, reason = rest.strip().partition(" ")
    meant = f"[{token.rstrip(',')}] {reason.strip()}" if re.fullmatch(r"[A-Z]{3}\d+,?", token) else "[CODE] reason"
    return f"Write # meshctl: {scope}{meant.rstrip()}."


def about(inlines: Sequence[Inline]) -> dict[ResourceId, list[Inline]]:
    """Annotations by the resource that has them."""
    found: dict[ResourceId, list[Inline]] = {}
    for inline in inlines:
        if inline.subject is not None:
            found.setdefault(inline.subject.id, []).append(inline)
    return found


def in_files(inlines: Sequence[Inline]) -> dict[str, list[Inline]]:
    """Comments by the file that they stand in."""
    found: dict[str, list[Inline]] = {}
    for inline in inlines:
        if inline.place is not None:
            found.setdefault(inline.place.file, []).append(inline)
    return found
