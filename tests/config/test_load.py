"""The configuration file: found by itself, read strictly, flags over it."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from meshctl.config.load import Configuration, ConfigurationError, find, read, read_mapping
from meshctl.graph.settings import Assumed, Suppression
from meshctl.model.fleet import Listed
from meshctl.model.location import Location
from meshctl.model.severity import Severity

WHOLE = """
version: 1
paths: [manifests]
exclude: ["vendor/**"]
output: [human, json=out.json]
baseline: known.json
requireReason: true
allowInline: false
contexts: [prod]
severity: {IST0118: warning}
suppress:
- {code: IST0101, resource: "VirtualService shop/*", path: "spec.http*", reason: " why ", until: 2027-01-31}
- {code: gateway-not-found, resource: "*"}
failOn: warning
analyzers: {select: [IST], ignore: [service-port-name]}
mesh:
  istioNamespace: mesh-system
  clusterDomain: corp.local
  revision: stable
  meshConfig: mesh.yaml
  meshNetworks: nets.yaml
assumePresent:
- {kind: Service, name: vault, namespace: security}
- kind: Gateway
fleet:
  equalBy: [env]
  clusters:
  - {context: "prod-*", kubeconfig: far.kubeconfig, labels: {env: prod}}
  - {path: bundles/lab.tar.gz, name: lab}
"""


def written(folder: Path, text: str) -> str:
    file = folder / ".meshctl.yaml"
    file.write_text(text)
    return str(file)


def test_everything_is_read(tmp_path: Path) -> None:
    assert read(written(tmp_path, WHOLE)) == Configuration(
        paths=(str(tmp_path / "manifests"),),
        exclude=("vendor/**",),
        output=("human", "json=out.json"),
        baseline=str(tmp_path / "known.json"),
        require_reason=True,
        allow_inline=False,
        contexts=("prod",),
        fleet=(
            Listed("prod-*", str(tmp_path / "far.kubeconfig"), labels={"env": "prod"}),
            Listed(path=str(tmp_path / "bundles/lab.tar.gz"), name="lab"),
        ),
        equal_by=("env",),
        severity={"IST0118": Severity.WARNING},
        suppress=(
            Suppression(
                "IST0101",
                "VirtualService shop/*",
                "spec.http*",
                "why",
                date(2027, 1, 31),
                Location(str(tmp_path / ".meshctl.yaml"), 12, 10, 12, 17),
            ),
            Suppression("gateway-not-found", "*", place=Location(str(tmp_path / ".meshctl.yaml"), 13, 10, 13, 27)),
        ),
        fail_on="warning",
        select=("IST",),
        ignore=("service-port-name",),
        istio_namespace="mesh-system",
        cluster_domain="corp.local",
        revision="stable",
        mesh_config=str(tmp_path / "mesh.yaml"),
        mesh_networks=str(tmp_path / "nets.yaml"),
        assume_present=(Assumed("Service", "vault", "security"), Assumed("Gateway", "*", "*")),
    )


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read(written(tmp_path, "# later\n")) == Configuration()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("failon: error", ":1:1: unknown key failon: did you mean failOn?"),
        ("version: 1\nfail_on: error", ":2:1: unknown key fail_on: did you mean failOn?"),
        ("failOn: info\nfailOn: error", ":2:1: failOn is already set on line 1"),
        ("failOn: warnin", ":1:9: failOn must be error, warning, info or never, not 'warnin' (did you mean warning?)"),
        ("severity: {IST: fatal}", ":1:17: severity.IST must be error, warning or info, not 'fatal'"),
        ("severity: [IST]", "severity must be a mapping"),
        ("suppress: [{code: A}]", ":1:12: suppress[0] needs a resource"),
        ("suppress: [{resource: A}]", "suppress[0] needs a code"),
        (
            "suppress: [{code: A, resource: B, until: soon}]",
            "suppress[0].until must be a date as 2027-01-31, not 'soon'",
        ),
        ("suppress: [{code: A, resource: B, reson: C}]", "unknown key suppress[0].reson: did you mean reason?"),
        ("requireReason: yes please", "requireReason must be true or false"),
        ("paths: manifests", "paths must be a list"),
        ("exclude: [1]", ":1:11: exclude must be a list of texts"),
        ("mesh: {clusterDomian: x}", "unknown key mesh.clusterDomian: did you mean clusterDomain?"),
        ("assumePresent: [{knd: Service}]", "unknown key assumePresent[0].knd: did you mean kind?"),
        ("assumePresent: [{name: vault}]", "assumePresent[0] needs a kind"),
        ("failOn: errors", "failOn must be error, warning, info or never, not 'errors'"),
        ("version: 2", "version must be 1"),
        ("version: true", "version must be a whole number"),
        ("analyzers: {select: IST0101}", "analyzers.select must be a list"),
        ("analyzers: {select: [1]}", "analyzers.select must be a list of texts"),
        ("mesh: []", "mesh must be a mapping"),
        ("- a", "must hold a mapping, not a list"),
        ("a: 1\n---\nb: 2\n", "must hold one document, not 2"),
        ("mesh: {", ".meshctl.yaml:1:8: A value was expected here"),
    ],
)
def test_a_mistake_is_a_sentence_with_the_file(tmp_path: Path, text: str, sentence: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigurationError) as raised:
        read(file)
    assert str(raised.value).startswith(file)
    assert sentence in str(raised.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot read .*nothing\.yaml: No such file"):
        read_mapping(str(tmp_path / "nothing.yaml"))
    assert read_mapping("") is None


def test_the_nearest_file_up_to_the_repository_root(tmp_path: Path) -> None:
    inner = tmp_path / "repo" / "manifests" / "shop"
    inner.mkdir(parents=True)
    outside = written(tmp_path, "failOn: info\n")
    assert find([str(inner)]) == outside
    (tmp_path / "repo" / ".git").mkdir()
    assert find([str(inner)]) == ""
    at_root = written(tmp_path / "repo", "failOn: warning\n")
    assert find([str(inner / "a.yaml"), "elsewhere"]) == at_root


def analyzed(*arguments: str) -> tuple[int, list[tuple[str, str]]]:
    command = [sys.executable, "-m", "meshctl", "analyze", "-o", "json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, [(f["code"], f["severity"]) for f in json.loads(done.stdout)["findings"]]


def test_flags_win_over_the_file_and_the_file_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text("""
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: odd, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web]
  http: [{route: [{destination: {host: vault.security.svc.cluster.local}}]}]
""")
    folder = str(tmp_path)
    assert analyzed(folder) == (0, [("IST0118", "info"), ("IST0101", "info")])
    written(tmp_path, "failOn: info\nassumePresent: [{kind: Service, name: vault*, namespace: security}]\n")
    assert analyzed(folder) == (1, [("IST0118", "info")])
    assert analyzed(folder, "--fail-on", "error") == (0, [("IST0118", "info")])
    assert analyzed(folder, "--no-config", "--ignore", "IST0118") == (0, [("IST0101", "info")])


@pytest.mark.parametrize("cluster", ["{labels: {env: prod}}", "{context: a, path: b}"])
def test_a_cluster_of_a_fleet_is_of_a_context_or_of_a_path(tmp_path: Path, cluster: str) -> None:
    with pytest.raises(ConfigurationError, match=r":4:\d+: clusters of a fleet are either of a context or of a path"):
        read(written(tmp_path, f"version: 1\nfleet:\n  clusters:\n  - {cluster}\n"))
