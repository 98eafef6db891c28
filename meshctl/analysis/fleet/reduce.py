"""The reduce: all clusters of a fleet as one result, the same whatever order they came in."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import structs

from meshctl.analysis.analyze import Analysis
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.baseline import compare
from meshctl.analysis.fleet.examine import SUBJECT
from meshctl.analysis.fleet.tables import tables
from meshctl.analysis.runner import Outcome, run
from meshctl.graph.fleet.compared import COMPARED, identity_text
from meshctl.graph.fleet.fold import Fold
from meshctl.graph.mesh import NAMESPACE, MeshGraph
from meshctl.graph.settings import Settings
from meshctl.graph.view import kinds_in
from meshctl.model.deviation import Deviation
from meshctl.model.facts import Facts
from meshctl.model.finding import Finding
from meshctl.model.fleet import Examined, Source, Summary
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.model.resource import Resource
from meshctl.model.result import Result, SetAside
from meshctl.sources.snapshot import Coverage, Snapshot


class Placed:
    """Where a resource stands that is not here any more: the first line of its document, whichever field is asked."""

    def __init__(self, place: Location) -> None:
        self._place = place

    def locate(self, path: Path, *, key: bool = False) -> Location | None:
        """That line."""
        return self._place


class Fleet:
    """Takes in cluster after cluster, and keeps of each what the end needs: findings, and what is not as elsewhere."""

    def __init__(self, equal_by: Sequence[str]) -> None:
        self._fold = Fold(equal_by)
        self._found: dict[str, tuple[Source, Examined]] = {}

    def add(self, source: Source, examined: Examined) -> None:
        """Take in what came of a source."""
        for summary in examined.clusters:
            self._fold.add(summary)
        slim = tuple(structs.replace(each, compared={}, bodies={}, places=b"") for each in examined.clusters)
        self._found[source.name] = (source, structs.replace(examined, clusters=slim))

    @property
    def groups(self) -> Mapping[str, int]:
        """How many clusters there are in each group of those that should be equal."""
        return self._fold.groups

    def analysis(self, analyzers: Sequence[Analyzer], settings: Settings) -> Analysis:
        """The findings of all clusters, those that only the fleet can have, and the tables."""
        every = [self._found[name] for name in sorted(self._found)]
        summaries = {summary.cluster: summary for _, examined in every for summary in examined.clusters}
        deviations = self._fold.deviations()
        own = [a for a in analyzers if a.subject == SUBJECT]
        outcomes = list(self._unlike(own, settings, deviations, summaries)) if own else []
        crashes = [crash for outcome in outcomes for crash in outcome.crashes]
        findings = [f for _, examined in every for f in examined.findings]
        findings += [f for outcome in outcomes for f in outcome.findings]
        findings.sort(key=Finding.sort_key)
        aside = [one for _, examined in every for one in examined.set_aside]
        aside += [one for outcome in outcomes for one in outcome.suppressed]
        suppressed = sum(e.suppressed for _, e in every) + sum(len(outcome.suppressed) for outcome in outcomes)
        known: Sequence[Finding] = ()
        if settings.baseline is not None:
            compared = compare(findings, settings.baseline)
            findings, known = list(compared.new), compared.known
        result = Result(
            inputs=tuple(dict.fromkeys(shown for _, examined in every for shown in examined.inputs)),
            findings=tuple(findings),
            suppressed=suppressed,
            baselined=len(known),
            set_aside=(*aside, *(SetAside(finding, "baseline") for finding in known)),
            skipped=tuple(dict.fromkeys(skipped for _, examined in every for skipped in examined.skipped)),
            unread=tuple(dict.fromkeys(unread for _, examined in every for unread in examined.unread)),
            crashed=bool(crashes) or any(examined.crashes for _, examined in every),
            resources=sum(examined.resources for _, examined in every),
            files=sum(examined.files for _, examined in every),
            checks=tuple(f"{a.code} {a.name}" for a in analyzers),
            tables=tables(every, findings, deviations),
        )
        return Analysis(result, tuple(crashes))

    @property
    def crashes(self) -> Iterator[tuple[str, str, str]]:
        """Cluster, check and traceback of each crash that came back from a worker."""
        for name in sorted(self._found):
            for check, traceback in self._found[name][1].crashes:
                yield name, check, traceback

    def _unlike(
        self,
        analyzers: Sequence[Analyzer],
        settings: Settings,
        deviations: Sequence[Deviation],
        summaries: Mapping[str, Summary],
    ) -> Iterator[Outcome]:
        """What the checks of the fleet say of each cluster that is not like the others, one cluster at a time."""
        by_cluster: defaultdict[str, list[Deviation]] = defaultdict(list)
        for deviation in deviations:
            by_cluster[deviation.resource.cluster].append(deviation)
        for cluster, own in sorted(by_cluster.items()):
            summary = summaries[cluster]
            places = self._fold.places(cluster)
            resources = {d.resource: _stub(d.resource, summary, places) for d in own}
            coverage = self._coverage(summary, {d.resource for d in own})
            snapshot = Snapshot(tuple(resources.values()), coverage={cluster: coverage})
            yield run(MeshGraph(snapshot, settings, Facts(deviations=tuple(own))), analyzers)

    def _coverage(self, summary: Summary, resources: Collection[ResourceId]) -> Coverage:
        """How much was read of a cluster. Files that hold a Namespace are taken to hold all of it."""
        whole = frozenset(KindKey(*kind.split("\t")) for kind in summary.whole)
        homes = {resource.namespace for resource in resources} if not summary.kubernetes else set()
        owned = {h for h in homes if h and self._fold.has(summary.cluster, identity_text(_namespace(h)))}
        return Coverage(
            whole=whole,
            within=dict.fromkeys(sorted(owned), kinds_in(*COMPARED)),
            unread={KindKey(*kind.split("\t")): "it could not be read" for kind in summary.unread},
            inferred=False,
        )


def _namespace(name: str) -> ResourceId:
    return ResourceId("", *NAMESPACE, "", name)


def _stub(identity: ResourceId, summary: Summary, places: Mapping[str, Location]) -> Resource:
    """A resource of a cluster as far as it is known here: its name, its place, and the annotations that are for us."""
    key = identity_text(identity)
    annotations = dict(summary.annotations.get(key, {}))
    place = places.get(key)
    return Resource(identity, "", {"metadata": {"annotations": annotations}}, Placed(place) if place else None)
