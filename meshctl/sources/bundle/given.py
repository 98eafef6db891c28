"""The bundles of a run, as part of what is given: texts for the assembly, and the coverage of each cluster."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from meshctl.model.location import Location
from meshctl.model.resource import Resource
from meshctl.sources.assembly import Assembly, Given
from meshctl.sources.bundle.contents import Contents, merged, read_contents
from meshctl.sources.bundle.evidence import bug_report_coverage
from meshctl.sources.bundle.layout import Layout
from meshctl.sources.positions import FileOrigin, SourceText
from meshctl.sources.snapshot import Coverage


class GivenBundles:
    """Everything that is in some bundles. What cannot be read is refused in the assembly.

    Resources carry the name of their cluster if the bundles are of several.
    """

    def __init__(self, paths: Sequence[str], assembly: Assembly) -> None:
        self._contents = {path: read_contents(path) for path in paths}
        clusters = {cluster.name for each in self._contents.values() for cluster in each.clusters}
        self._several = len(clusters) > 1
        for path, contents in self._contents.items():
            for place, sentence in contents.problems:
                what = path if place == path else place
                assembly.refuse("not-parsed", sentence, Location(place, 1, 1, 1, 1), what)
            assembly.unread += contents.unread

    @property
    def sources(self) -> list[tuple[SourceText, Given]]:
        """The texts to parse."""
        return [
            (source, Given(None, self._cluster(name), contents.layout is not Layout.FILES))
            for contents in self._contents.values()
            for source, name in contents.sources
        ]

    @property
    def names(self) -> dict[str, set[str]]:
        """The names of the texts of each bundle."""
        return {path: {source.name for source, _ in each.sources} for path, each in self._contents.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out on purpose."""
        return tuple(note for contents in self._contents.values() for note in contents.notes)

    def coverage(self, resources: Sequence[Resource]) -> dict[str, Coverage]:
        """How much was read of each cluster, once the resources are known."""
        found: Mapping[str, list[Coverage]] = defaultdict(list)
        for contents in self._contents.values():
            for cluster in contents.clusters:
                found[self._cluster(cluster.name)].append(cluster.coverage)
            if contents.coverage is not None:
                found[""].append(contents.coverage)
            elif contents.layout is Layout.BUG_REPORT:
                found[""].append(bug_report_coverage(_of(contents, resources)))
        return {name: merged(coverages) for name, coverages in found.items()}

    def _cluster(self, name: str) -> str:
        return name if self._several else ""


def _of(contents: Contents, resources: Sequence[Resource]) -> list[Resource]:
    texts = {id(source) for source, _ in contents.sources}
    return [r for r in resources if isinstance(r.origin, FileOrigin) and id(r.origin.source) in texts]
