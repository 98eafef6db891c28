"""How bad a misfit is, and that it is told once: not also by what the rules of validation make of it."""

from pathlib import Path

import pytest

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.sources.files import read_files

CHECKS = [check for check in load() if check.code in {"IST0106", "MSH405", "MSH406", "MSH407", "MSH408"}]
HEAD = "apiVersion: networking.istio.io/v1\nkind: {kind}\nmetadata: {{name: a, namespace: shop}}\nspec: {spec}\n"
DEFINITION = """---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: destinationrules.networking.istio.io}
spec:
  group: networking.istio.io
  names: {kind: DestinationRule}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              host: {type: string, enum: [a.com]}
              exportTo: {type: array, items: {type: string}}
"""


def found(folder: Path, kind: str, spec: str, more: str = "") -> list[tuple[str, str, str]]:
    (folder / "input.yaml").write_text(HEAD.format(kind=kind, spec=spec) + more)
    findings = analyze(MeshGraph(read_files([str(folder)])), CHECKS).result.findings
    return [(f.code, f.severity.value, f.field) for f in findings]


@pytest.mark.parametrize(
    ("spec", "code", "field", "with_definition"),
    [
        ("{host: a.com, exprtTo: []}", "MSH405", "spec.exprtTo", "warning"),
        ("{host: a.com, exportTo: a}", "MSH406", "spec.exportTo", "error"),
        ("{host: b.com, exportTo: []}", "MSH407", "spec.host", "error"),
    ],
)
def test_severity(tmp_path: Path, spec: str, code: str, field: str, with_definition: str) -> None:
    known_to_lists = code != "MSH407"
    assert found(tmp_path, "DestinationRule", spec) == ([(code, "warning", field)] if known_to_lists else [])
    assert found(tmp_path, "DestinationRule", spec, DEFINITION) == [(code, with_definition, field)]


@pytest.mark.parametrize(
    ("kind", "spec", "finding"),
    [
        ("Gateway", "{selector: {a: b}, servers: {}}", ("MSH406", "error", "spec.servers")),
        ("DestinationRule", "{host: 7}", ("MSH406", "error", "spec.host")),
        ("DestinationRule", "[]", ("MSH406", "error", "spec")),
        (
            "VirtualService",
            "{hosts: [a.com], http: [{fault: {delay: 5}, route: [{destination: {host: a.com}}]}]}",
            ("MSH406", "error", "spec.http[0].fault.delay"),
        ),
        (
            "Sidecar",
            "{outboundTrafficPolicy: {mode: ALLOW, egressProxy: {host: a.b.svc.cluster.local, port: {number: 1}}}}",
            ("MSH407", "error", "spec.outboundTrafficPolicy.mode"),
        ),
    ],
)
def test_the_cause_and_not_the_consequence(tmp_path: Path, kind: str, spec: str, finding: tuple[str, str, str]) -> None:
    assert found(tmp_path, kind, spec) == [finding]


def test_other_faults_of_the_resource_are_told_as_well(tmp_path: Path) -> None:
    spec = "{hosts: [a.com], http: [{timeout: 5, redirect: {redirectCode: 999, uri: /}}]}"
    assert found(tmp_path, "VirtualService", spec) == [
        ("IST0106", "error", "spec.http[0].redirect.redirectCode"),
        ("MSH406", "warning", "spec.http[0].timeout"),
    ]


def test_a_null_item_is_left_to_validation(tmp_path: Path) -> None:
    assert found(tmp_path, "Sidecar", "{egress: [null, {hosts: ['./*']}]}") == [("IST0106", "error", "spec.egress[0]")]


def test_the_key_of_an_unknown_field_is_marked(tmp_path: Path) -> None:
    (tmp_path / "input.yaml").write_text(HEAD.format(kind="DestinationRule", spec="{host: a.com, exprtTo: [b]}"))
    (finding,) = analyze(MeshGraph(read_files([str(tmp_path)])), CHECKS).result.findings
    place = finding.location
    assert place and (place.start_line, place.start_column, place.end_column) == (4, 21, 28)
