"""A fixture that is a fleet: its folder `fleet` has a folder for each cluster, and what is before the dash is `env`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from meshctl.analysis.analyze import Analysis
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.fleet.examine import cluster_names, examine, named
from meshctl.analysis.fleet.reduce import Fleet
from meshctl.analysis.fleet.task import decode_examined, encode_examined
from meshctl.graph.fleet.fold import Fold
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.facts import Facts
from meshctl.model.fleet import Examined, Source
from meshctl.sources.files import read_files

FLEET = "fleet"
EQUAL_BY = ("env",)


def is_fleet(case: Path) -> bool:
    return (case / FLEET).is_dir()


def examined(case: Path, analyzers: Sequence[Analyzer], settings: Settings) -> Iterator[tuple[Source, Examined]]:
    """What a worker would send back of each cluster."""
    for folder in sorted((case / FLEET).iterdir()):
        source = Source(folder.name, {"env": folder.name.partition("-")[0]}, path=str(folder))
        snapshot = read_files([source.path], whole="complete" in case.name)
        mesh = MeshGraph(named(snapshot, cluster_names(snapshot.coverage, source.name)), settings)
        yield source, decode_examined(encode_examined(examine(mesh, analyzers, source)))


def fleet_analysis(case: Path, analyzers: Sequence[Analyzer], settings: Settings) -> Analysis:
    """What `meshctl fleet` would report."""
    fleet = Fleet(EQUAL_BY)
    for source, one in examined(case, analyzers, settings):
        fleet.add(source, one)
    return fleet.analysis(analyzers, settings)


def fleet_facts(case: Path) -> Facts:
    """What a fixture's clusters have unlike each other, as if they were the one cluster that is read of it."""
    fold = Fold(EQUAL_BY)
    for _, one in examined(case, (), Settings()):
        for summary in one.clusters:
            fold.add(summary)
    found = fold.deviations()
    return Facts(deviations=tuple(found))
