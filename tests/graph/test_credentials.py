"""Certificates of gateways: which selectors share pods, when one is valid, and that no key is ever told."""

import base64
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from meshctl.analysis.registry import load
from meshctl.analysis.runner import run
from meshctl.graph.credentials import Pairs, credential_uses, narrower
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.sources.files import read_files
from tests.analysis.given import given
from tests.test_fixtures import FIXTURES

EXPIRES = FIXTURES / "MSH404-gateway-certificate-expires-soon"
END = datetime(2030, 2, 1, tzinfo=UTC)


def found(case: str, now: datetime) -> list[tuple[str, str]]:
    """(code, message) of what is said about the certificate of a fixture at some moment."""
    mesh = MeshGraph(read_files([str(EXPIRES / case)]), Settings(now=now))
    return [(f.code, f.message) for f in run(mesh, load()).findings if f.code in ("IST0161", "MSH404")]


def test_the_clock_is_that_of_the_settings() -> None:
    case = "fail-ten-years-nearly-over.yaml"
    assert found(case, END - timedelta(days=31)) == []
    assert [code for code, _ in found(case, END - timedelta(days=30))] == ["MSH404"]
    assert [code for code, _ in found(case, END)] == ["MSH404"]
    assert [code for code, _ in found(case, END + timedelta(seconds=1))] == ["IST0161"]
    assert [code for code, _ in found(case, datetime(2019, 12, 31, tzinfo=UTC))] == ["IST0161"]


def test_nothing_of_a_secret_is_told() -> None:
    cases = sorted((FIXTURES / "IST0161-gateway-credential-invalid").iterdir())
    assert cases
    for case in cases:
        snapshot = read_files([str(case)])
        secrets = [r for r in snapshot.resources if r.id.kind == "Secret"]
        values = [v for s in secrets for field in ("data", "stringData") for v in s.data.get(field, {}).values()]
        lines = [line for v in values for line in _lines(v)]
        told = repr(run(MeshGraph(snapshot, Settings()), load()).findings)
        assert secrets and not [v for v in (*values, *lines) if v in told]


def test_forms_of_a_name(tmp_path: Path) -> None:
    """A namespace may be stated; what is not in Kubernetes is left out."""
    gateway = """
kind: Gateway
apiVersion: networking.istio.io/v1
metadata: {name: web, namespace: shop}
spec:
  selector: {app: ingress}
  servers:
"""
    names = ["a", "kubernetes://b", "other/c", "kubernetes://other/d", "sds://e", "builtin://", "x/y/z", ""]
    servers = "".join(f'  - {{port: {{number: 443}}, tls: {{mode: SIMPLE, credentialName: "{n}"}}}}\n' for n in names)
    pod = "---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: edge, labels: {app: ingress}}}\n"
    mesh = given(tmp_path, gateway + servers + pod)
    where = [(use.namespaces, use.name) for use in credential_uses(mesh)]
    assert where == [(("edge",), "a"), (("edge",), "b"), (("other",), "c"), (("other",), "d")]


def test_narrower_is_what_comparing_every_pair_finds() -> None:
    chance = random.Random(4)
    pairs = [(key, value) for key in "abcd" for value in "xy"]
    selectors: set[Pairs] = {frozenset(chance.sample(pairs, chance.randint(0, 4))) for _ in range(80)}
    for wide, those in narrower(selectors).items():
        assert sorted(map(sorted, those)) == sorted(sorted(s) for s in selectors if wide <= s)


def _lines(value: str) -> list[str]:
    try:
        return [line for line in base64.b64decode(value).decode().splitlines() if "-----" not in line]
    except ValueError:
        return []
