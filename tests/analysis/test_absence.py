"""Nothing is said not to exist that was not looked for everywhere it could be."""

from pathlib import Path

import pytest
from msgspec import structs

from meshctl.analysis.analyzer import ABSENT, Claim
from meshctl.analysis.registry import load
from meshctl.analysis.runner import run
from meshctl.graph.kinds.networking import Gateway, Sidecar
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.settings import Assumed, Settings
from meshctl.graph.view import View
from meshctl.model.finding import Finding
from meshctl.model.severity import Severity
from meshctl.sources.snapshot import Coverage
from tests.analysis.given import about_each_service, given, service

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: infra}\n---\n"
GATEWAY = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: other, namespace: infra}\n---\n"


def lacks_gateway(view: View) -> Claim:
    missing = Missing("gateway", "infra/main", Gateway.KINDS, "infra")
    return Claim(view, (), f"Gateway infra/main {ABSENT}.", absent=missing)


LACKS = about_each_service(lacks_gateway, absent=(Gateway,))


def the_finding(mesh: MeshGraph) -> Finding:
    (finding,) = run(mesh, [LACKS]).findings
    return finding


def test_files_that_do_not_own_the_place_prove_nothing(tmp_path: Path) -> None:
    finding = the_finding(given(tmp_path, service()))
    assert finding.severity is Severity.INFO
    assert finding.message == "Gateway infra/main is not in the given files, unless it exists elsewhere."


@pytest.mark.parametrize("proof", [NAMESPACE, GATEWAY], ids=["the Namespace", "another one of the kind there"])
def test_an_input_that_owns_the_place_proves_it(tmp_path: Path, proof: str) -> None:
    finding = the_finding(given(tmp_path, service() + proof))
    assert finding.severity is Severity.ERROR
    assert finding.message == "Gateway infra/main does not exist."


@pytest.mark.parametrize(
    "no_proof",
    [
        NAMESPACE.replace("infra", "shop"),
        GATEWAY.replace("namespace: infra", "namespace: shop"),
        GATEWAY.replace("kind: Gateway", "kind: Sidecar"),
    ],
    ids=["another Namespace", "the kind elsewhere", "another kind there"],
)
def test_an_input_that_owns_something_else_does_not(tmp_path: Path, no_proof: str) -> None:
    assert the_finding(given(tmp_path, service() + no_proof)).severity is Severity.INFO


def test_a_complete_input_proves_it(tmp_path: Path) -> None:
    assert the_finding(given(tmp_path, service(), whole=True)).severity is Severity.ERROR


@pytest.mark.parametrize(("kind", "severity"), [(Gateway, Severity.ERROR), (Sidecar, Severity.INFO)])
def test_a_kind_that_was_read_whole_proves_it(tmp_path: Path, kind: type[View], severity: Severity) -> None:
    snapshot = structs.replace(
        given(tmp_path, service()).snapshot, coverage={"": Coverage(whole=frozenset(kind.KINDS))}
    )
    assert the_finding(MeshGraph(snapshot)).severity is severity


@pytest.mark.parametrize(
    ("assumed", "silent"),
    [
        (Assumed("Gateway"), True),
        (Assumed("gateway", "main", "infra"), True),
        (Assumed("Gateway", "ma*", "inf*"), True),
        (Assumed("Gateway", "other"), False),
        (Assumed("Gateway", "main", "shop"), False),
        (Assumed("Service", "main", "infra"), False),
    ],
    ids=str,
)
def test_what_is_assumed_present_is_not_missing(tmp_path: Path, assumed: Assumed, silent: bool) -> None:
    mesh = given(tmp_path, service() + NAMESPACE, settings=Settings(assume_present=(assumed,)))
    assert [f.code for f in run(mesh, [LACKS]).findings] == ([] if silent else ["TST100"])


def test_an_absence_that_is_not_declared_is_refused(tmp_path: Path) -> None:
    reporter = next(a for a in load() if a.name == "analyzer-crashed")
    (finding,) = run(given(tmp_path, service()), [reporter, about_each_service(lacks_gateway)]).findings
    assert finding.code == "MSH004"
    assert "service-odd claims an absence of kinds that it does not declare" in finding.message


def test_what_is_missing_tells_two_claims_apart(tmp_path: Path) -> None:
    def lacks(name: str) -> Finding:
        missing = Missing("gateway", name, Gateway.KINDS, "infra")
        check = about_each_service(lambda v: Claim(v, (), "x", absent=missing), absent=(Gateway,))
        (finding,) = run(given(tmp_path, service()), [check]).findings
        return finding

    assert lacks("infra/a").fingerprint != lacks("infra/b").fingerprint
