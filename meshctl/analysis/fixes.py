"""What can be mended without a doubt, as new contents of the given files."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from meshctl.model.finding import Finding
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.positions import SourceText
from meshctl.sources.splices import Splice, apply, on_disk, splice


class FileFix(Struct, frozen=True):
    """A file with its text as it was read and as it is with the fixes, and how many there are.

    `content` is the whole new file, as bytes on the disk.
    """

    file: str
    before: str
    after: str
    content: bytes
    fixes: int


def fixes(findings: Iterable[Finding], resources: Iterable[Resource]) -> tuple[FileFix, ...]:
    """The files that change, in order of their names. What is left over may be fixed by the next run.

    Files that are not on the disk as they were read are left alone: stdin, archives, what was rendered.
    """
    by_id: Mapping[ResourceId, Resource] = {resource.id: resource for resource in resources}
    found: dict[SourceText, list[Splice]] = {}
    for finding in findings:
        resource = by_id.get(finding.resource) if finding.resource else None
        one = splice(resource, finding.edit) if resource is not None and finding.edit is not None else None
        if one is not None:
            found.setdefault(one.source, []).append(one)
    fixed = (_fixed(source, splices) for source, splices in sorted(found.items(), key=lambda item: item[0].name))
    return tuple(filter(None, fixed))


def _fixed(source: SourceText, splices: list[Splice]) -> FileFix | None:
    text, made = apply(splices)
    content = on_disk(source, text) if made else None
    if content is None:
        return None
    return FileFix(source.name, source.data.decode(), text.decode(), content, len(made))
