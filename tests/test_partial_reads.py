"""Each fixture as a cluster: read in part it says nothing that the whole does not, and over itself the same."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec import structs

from meshctl.analysis.analyze import analyze, kinds_of
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.changes import analyze_changes
from meshctl.analysis.registry import choose, load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.finding import Finding
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path as FieldPath
from meshctl.model.severity import Severity
from meshctl.sources.cluster.connection import Answer
from meshctl.sources.cluster.reading import read_cluster
from meshctl.sources.cluster.request import NoProgress
from meshctl.sources.cluster.request import Request as Wanted
from meshctl.sources.overlay import overlaid
from meshctl.sources.scope import CLUSTER_SCOPED
from meshctl.sources.snapshot import Coverage, Snapshot
from tests.apiserver import ADMIN, Request, route
from tests.apiserver.api import Api
from tests.apiserver.kinds import KINDS as SERVED
from tests.apiserver.pods import Pods
from tests.apiserver.status import Answer as Given
from tests.apiserver.store import Store
from tests.facts import RECORDED
from tests.test_fixtures import CASES, settings_of, snapshot_of

CHECKS = choose(load(), [], [])
KINDS = kinds_of(CHECKS)
EVERYWHERE = frozenset(kind for kind in KINDS if kind in CLUSTER_SCOPED)
INSIDE = KINDS - EVERYWHERE
NAMESPACE, CONFIG_MAP = KindKey("", "Namespace"), KindKey("", "ConfigMap")
ISTIO = "istio-system"
# MeshNetworks is a kind of files alone: no API server has it.
SINGLE = [
    case
    for case in CASES
    if not (case.is_dir() and (list(case.glob("cluster-*")) or (case / RECORDED).is_dir()))
    and "meshnetworks" not in str(case)
]

# One cause has two codes: Istio's own where no pod at all has the labels, ours where one elsewhere does.
TWINS = {"IST0173 destinationrule-subset-selects-nothing": "MSH418 destinationrule-subset-elsewhere"}

Said = tuple[str, object, FieldPath]


def whole(case: Path) -> Snapshot:
    """A fixture as a cluster of which everything was read."""
    return structs.replace(snapshot_of(case), coverage={"": Coverage(whole=KINDS, inferred=False)})


def found(snapshot: Snapshot, settings: Settings, namespace: str = "") -> Mapping[Said, Finding]:
    findings = analyze(MeshGraph(snapshot, settings), _sure(snapshot), namespace=namespace).result.findings
    return {(f"{f.code} {f.name}", f.resource, f.path): f for f in findings}


def _sure(snapshot: Snapshot) -> tuple[Analyzer, ...]:
    """Fixtures name namespaces that they hold no object of, as no cluster does."""
    return tuple(check for check in CHECKS if check.name != "authorizationpolicy-namespace-not-found")


def in_part(snapshot: Snapshot, namespace: str) -> Iterator[Snapshot]:
    """What `-n` reads with all permissions, and what with a Role of the namespace alone."""
    within = {place: INSIDE for place in (namespace, ISTIO)}
    admins = Coverage(whole=EVERYWHERE, within=within, inferred=False)
    yield structs.replace(
        snapshot,
        resources=tuple(
            r for r in snapshot.resources if r.id.kind_key not in INSIDE or r.id.namespace in (namespace, ISTIO)
        ),
        coverage={"": admins},
    )
    forbidden = dict.fromkeys((EVERYWHERE - {NAMESPACE}) | {CONFIG_MAP}, "forbidden")
    yield structs.replace(
        snapshot,
        resources=tuple(r for r in snapshot.resources if namespace in (r.id.namespace, r.id.name)),
        coverage={"": Coverage(within={namespace: INSIDE | {NAMESPACE}}, unread=forbidden, inferred=False)},
    )


@pytest.mark.parametrize("case", SINGLE, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_namespace_alone(case: Path) -> None:
    snapshot, settings = whole(case), settings_of(case)
    namespaces = {r.id.home for r in snapshot.resources} - {""}
    # Where there is only one, it is the whole.
    for namespace in sorted(namespaces) if len(namespaces) > 1 else ():
        true = found(snapshot, settings, namespace)
        for part in in_part(snapshot, namespace):
            said = found(part, settings, namespace)
            more = {key: f for key, f in said.items() if key not in true and f.severity is not Severity.INFO}
            about = {(code, resource) for code, resource, _ in true}
            assert not [f.message for key, f in more.items() if (TWINS.get(key[0]), key[1]) not in about]


class Local:
    """A connection to the API server of the tests without a network between."""

    def __init__(self, objects: Iterable[Mapping[str, Any]]) -> None:
        self._api = Api(Store(SERVED, objects), (), {}, "1.36", "local", Pods(None))

    def get(self, path: str, query: Mapping[str, str] | None = None, *, accept: str = "application/json") -> Answer:
        """What a GET gets."""
        asked = Request("GET", path, urlencode(query or {}), ADMIN.name, accept)
        if target := route.parse(path):
            asked.group, asked.resource = target.group, target.resource
            asked.namespace, asked.name, asked.verb = target.namespace, target.name, "list"
        answer = self._api.answer(asked, ADMIN, b"", upgrade=False)
        assert isinstance(answer, Given)
        return Answer(answer.status, answer.body)


# What files know less of than a server, or more: times and order of creation, other versions, access reviews.
OF_FILES = {
    "gateway-api-version-not-served",
    "permission-to-install-missing",
    "rule-behind-equal-one",
    "gateway-api-negative-status",
}


@pytest.mark.parametrize(
    "case",
    [case for case in SINGLE if case.name.startswith("fail-") and "not-a-resource" not in str(case)],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_objects_of_a_server_are_those_of_files(case: Path) -> None:
    files, settings = structs.replace(snapshot_of(case), problems=(), remarks=()), settings_of(case)
    server: Any = Local([dict(resource.data) for resource in files.resources])
    read = read_cluster(server, Wanted(KINDS, secret_contents=True), "", "", NoProgress())
    assert not read.unread
    # What each of the two proves is another matter.
    same = {"": Coverage(whole=None)}
    live = Snapshot(read.resources, coverage=same)
    said, true = (
        {
            (f.name, f.severity, f.message, f.fix, f.resource, f.path)
            for f in found(snapshot, settings).values()
            if not f.code.startswith("MSH0") and f.name not in OF_FILES
        }
        for snapshot in (live, structs.replace(files, coverage=same))
    )
    assert said == true


@pytest.mark.parametrize(
    "case",
    [case for case in SINGLE if case.name.startswith("fail-")],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_files_over_a_cluster_that_has_them_already(case: Path) -> None:
    files, settings = snapshot_of(case), settings_of(case)
    live = structs.replace(whole(case), resources=tuple(replace(r, data=deepcopy(r.data)) for r in files.resources))
    live = structs.replace(live, problems=(), remarks=())
    after = MeshGraph(overlaid(live, files), settings)
    changed = {resource.id for resource in files.resources}
    analysis = analyze_changes(MeshGraph(live, settings), after, changed, _sure(live))
    said = {(f"{f.code} {f.name}", f.resource, f.path) for f in analysis.result.findings}
    assert {key for key in said ^ found(whole(case), settings).keys() if not key[0].startswith("MSH00")} == set()
