"""What other tools collect: bug reports of istioctl, must-gathers of oc, overlapping lists of kubectl."""

import base64
import gzip
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

import pytest

from meshctl.model.ids import KindKey
from meshctl.sources.bundle.proxies import ProxyFile, proxies
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot
from tests.sources.bundles import CONFIG_MAP, findings, packed, unpack
from tests.test_fixtures import FIXTURES

SERVICE, POD, SECRET = KindKey("", "Service"), KindKey("", "Pod"), KindKey("", "Secret")
SERVICE_ENTRY = KindKey("networking.istio.io", "ServiceEntry")
VIRTUAL_SERVICE = """- apiVersion: networking.istio.io/v1
  kind: VirtualService
  metadata: {name: web, namespace: shop, uid: v1, resourceVersion: "7"}
  spec:
    hosts: [web]
    http:
    - route:
      - destination: {host: gone}
"""


def item(kind: str, name: str, namespace: str = "shop", version: str = "5", extra: str = "") -> str:
    place = f"namespace: {namespace}, " if namespace else ""
    metadata = f'name: {name}, {place}uid: {kind}{name}, resourceVersion: "{version}"'
    return f"- apiVersion: v1\n  kind: {kind}\n  metadata: {{{metadata}}}\n{extra}"


def listed(*items: str, kind: str = "List", version: str = "v1") -> str:
    """As kubectl prints it."""
    body = f"items:\n{''.join(items)}" if items else "items: []\n"
    return f'apiVersion: {version}\n{body}kind: {kind}\nmetadata:\n  resourceVersion: ""\n'


DEFINITION = """- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: serviceentries.networking.istio.io, uid: c1}
  spec: {group: networking.istio.io, names: {kind: ServiceEntry}, scope: Namespaced}
"""
BUG_REPORT = {
    "bug-report/cluster/k8s-resources": listed(
        item("Service", "web"), item("Pod", "web-1"), item("Pod", "istiod-1", "istio-system")
    ),
    "bug-report/cluster/k8s-cluster-resources": listed(
        item("Namespace", "shop", ""), item("Namespace", "other", ""), DEFINITION
    ),
    "bug-report/cluster/crs": listed(VIRTUAL_SERVICE),
    "bug-report/cluster/nodes": listed(item("Node", "n1", "")),
    "bug-report/cluster/pods": listed(item("Pod", "istiod-1", "istio-system", "6")),
    "bug-report/cluster/secrets": "NAMESPACE   NAME   TYPE   DATA\nshop: x   Opaque   1\n",
    "bug-report/cluster/events": "NAMESPACE LAST SEEN: [\n",
    "bug-report/cluster/cluster-context": "prod\nhttps://1.2.3.4\n",
    "bug-report/analyze/allNamespaces": "Error [IST0101]: x\n",
    "bug-report/versions": "x: y: z\n",
    "bug-report/proxies/shop/web-1/config_dump?include_eds": '{"configs": []}',
    "bug-report/proxies/shop/web-1/clusters": "outbound|80||web::default_priority\n",
    "bug-report/proxies/shop/web-1/stats/prometheus": "a 1\n",
    "bug-report/proxies/shop/web-1/istio-proxy.log": "x\n",
    "bug-report/istio/istio-system/istiod-1/debug/syncz": "[]",
    "bug-report/istio/istio-system/istiod-1/metrics": "m 1\n",
    "bug-report/istio/istio-system/istiod-1/discovery.log": "x\n",
}
ROOT = "must-gather.local.1/quay-io-x/"
MUST_GATHER = {
    "must-gather.local.1/must-gather.logs": "x: y: z",
    "must-gather.local.1/event-filter.html": "<html>",
    f"{ROOT}version": "x",
    f"{ROOT}cluster-scoped-resources/core/namespaces/shop.yaml": "---\n"
    + item("Namespace", "shop", "").replace("- a", "a").replace("\n  ", "\n"),
    f"{ROOT}cluster-scoped-resources/core/namespaces/other.yaml": "---\n"
    + item("Namespace", "other", "").replace("- a", "a").replace("\n  ", "\n"),
    f"{ROOT}cluster-scoped-resources/core/nodes.yaml": "---\n" + listed(kind="NodeList"),
    f"{ROOT}namespaces/shop/shop.yaml": "---\n"
    + item("Namespace", "shop", "").replace("- a", "a").replace("\n  ", "\n"),
    f"{ROOT}namespaces/shop/core/pods.yaml": "---\n" + listed(item("Pod", "web-1"), kind="PodList"),
    f"{ROOT}namespaces/shop/core/services.yaml": "---\n" + listed(kind="ServiceList"),
    f"{ROOT}namespaces/shop/core/events.yaml": "---\nbroken: [\n",
    f"{ROOT}namespaces/shop/pods/web-1/web-1.yaml": "---\n"
    + item("Pod", "web-1", version="9").replace("- a", "a").replace("\n  ", "\n"),
    f"{ROOT}namespaces/shop/pods/web-1/web/web/logs/current.log": "a: b: c",
    f"{ROOT}namespaces/shop/networking.istio.io/virtualservices/web.yaml": VIRTUAL_SERVICE.replace(
        "- apiV", "apiV"
    ).replace("\n  ", "\n"),
    f"{ROOT}monitoring/prometheus/rules.json": '{"status": "success"}',
    f"{ROOT}etcd_info/endpoint.json": "[{}]",
    f"{ROOT}insights-data/insights.tar.gz": gzip.compress(b""),
}


@pytest.fixture(params=["archive", "folder"])
def read(request: pytest.FixtureRequest, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Reads files as an archive, and the same files as a folder."""

    def give(files: Mapping[str, str | bytes]) -> Snapshot:
        where = Path(mkdtemp(dir=tmp_path))
        if request.param == "folder":
            unpack(files, where)
            inner = where / "must-gather.local.1"
            return read_files([str(inner if inner.exists() else where)])
        (where / "in.tgz").write_bytes(packed(files))
        return read_files([str(where / "in.tgz")])

    return give


def named(snapshot: Snapshot) -> list[str]:
    return sorted(str(resource.id) for resource in snapshot.resources)


def test_a_bug_report(read) -> None:  # type: ignore[no-untyped-def]
    snapshot = read(BUG_REPORT)
    assert named(snapshot) == [
        "CustomResourceDefinition serviceentries.networking.istio.io",
        "Namespace other",
        "Namespace shop",
        "Node n1",
        "Pod istio-system/istiod-1",
        "Pod shop/web-1",
        "Service shop/web",
        "VirtualService shop/web",
    ]
    assert not snapshot.problems and not snapshot.unread
    (istiod,) = (r for r in snapshot.resources if r.id.name == "istiod-1")
    assert istiod.data["metadata"]["resourceVersion"] == "6"


def test_what_a_bug_report_proves(read) -> None:  # type: ignore[no-untyped-def]
    """`--include` leaves namespaces out: only where there is anything, everything was asked for."""
    coverage = read(BUG_REPORT).coverage[""]
    assert coverage.has_all([SERVICE, POD, SERVICE_ENTRY], "shop") and coverage.has_all([KindKey("", "Namespace")])
    assert not coverage.has_all([SERVICE], "other") and not coverage.has_all([SERVICE])
    assert not coverage.has_all([SECRET], "shop") and not coverage.inferred
    without = {name: content for name, content in BUG_REPORT.items() if not name.endswith("/crs")}
    assert not read(without).coverage[""].has_all([SERVICE_ENTRY], "shop")


def test_secrets_in_full_in_a_bug_report(read) -> None:  # type: ignore[no-untyped-def]
    snapshot = read({**BUG_REPORT, "bug-report/cluster/secrets": listed(item("Secret", "s"))})
    assert "Secret shop/s" in named(snapshot) and not snapshot.problems


def test_a_must_gather(read) -> None:  # type: ignore[no-untyped-def]
    snapshot = read(MUST_GATHER)
    assert named(snapshot) == ["Namespace other", "Namespace shop", "Pod shop/web-1", "VirtualService shop/web"]
    assert not snapshot.problems and not snapshot.unread
    places = [r.locate(()).file for r in snapshot.resources]
    assert any(place.endswith("/networking.istio.io/virtualservices/web.yaml") for place in places)


def test_what_a_must_gather_proves(read) -> None:  # type: ignore[no-untyped-def]
    """A list is whole, also an empty one; a Namespace object alone says nothing of what is in it."""
    snapshot = read(MUST_GATHER)
    coverage = snapshot.coverage[""]
    assert coverage.within == {"shop": frozenset({POD, SERVICE})} and coverage.whole == {KindKey("", "Node")}
    assert not coverage.inferred
    gone = {(f.code, f.severity.value) for f in findings(snapshot) if "gone" in f.message}
    assert gone == {("IST0101", "error")}
    only = {name: content for name, content in MUST_GATHER.items() if not name.endswith("core/services.yaml")}
    gone = {(f.code, f.severity.value) for f in findings(read(only)) if "gone" in f.message}
    assert gone == {("IST0101", "info")}


def test_an_inspection_of_one_namespace(read) -> None:  # type: ignore[no-untyped-def]
    """`oc adm inspect ns/shop` has no cluster-scoped-resources."""
    cut = {
        name.removeprefix(ROOT): content
        for name, content in MUST_GATHER.items()
        if name.startswith(f"{ROOT}namespaces")
    }
    assert named(read({**cut, "timestamp": "x"})) == ["Namespace shop", "Pod shop/web-1", "VirtualService shop/web"]


def test_values_that_oc_left_out(read) -> None:  # type: ignore[no-untyped-def]
    """Of Secrets it tells how long each value is: that is no broken key."""
    text = (FIXTURES / "IST0161-gateway-credential-invalid" / "pass-valid.yaml").read_text()
    before, key, after = text.partition("  tls.key: ")
    assert key
    found = []
    for value in (b"1675 bytes long", b"x bytes long"):
        elided = f"{before}{key}{base64.b64encode(value).decode()}\n{after.partition(chr(10))[2]}"
        found.append({f.code for f in findings(read({"a.yaml": elided}))})
    assert found == [set(), {"MSH402"}]


def test_a_folder_of_a_repository_is_none_of_these(tmp_path: Path) -> None:
    """Environments are often kept in a folder `namespaces`: there, everything has to be a resource."""
    unpack({"namespaces/shop/core/web.yaml": CONFIG_MAP % "web", "namespaces/shop/values.yaml": "a: 1\n"}, tmp_path)
    (tmp_path / "cluster-scoped-resources").mkdir()
    snapshot = read_files([str(tmp_path)])
    assert named(snapshot) == ["ConfigMap shop/web"]
    assert [problem.kind for problem in snapshot.problems] == ["not-a-resource"] and not snapshot.coverage


def test_a_must_gather_beside_other_files(tmp_path: Path) -> None:
    """The folder around one is one as well, but not if somebody keeps files there."""
    unpack({name.replace(ROOT, "image/"): content for name, content in MUST_GATHER.items()}, tmp_path)
    assert "" in read_files([str(tmp_path)]).coverage
    (tmp_path / "fix.yaml").write_text(CONFIG_MAP % "fix")
    mixed = read_files([str(tmp_path)])
    assert "ConfigMap shop/fix" in named(mixed) and "Pod shop/web-1" in named(mixed) and not mixed.coverage


def test_lists_that_overlap(tmp_path: Path) -> None:
    """`kubectl get all` and `kubectl get pods`: one object, the newer reading; two files of a user stay two."""
    lists = {
        "all.yaml": listed(item("Pod", "web-1", version="99"), item("Service", "web")),
        "pods.yaml": listed(item("Pod", "web-1", version="100", extra="  spec: {nodeName: n}\n")),
        "old.yaml": listed(item("Pod", "web-1", version="98")),
    }
    snapshot = read_files([unpack(lists, tmp_path)])
    assert named(snapshot) == ["Pod shop/web-1", "Service shop/web"] and not snapshot.problems
    assert snapshot.resources[-1].data["metadata"]["resourceVersion"] in ("5", "100")
    assert {r.data["metadata"]["resourceVersion"] for r in snapshot.resources} == {"100", "5"}
    unpack({"b.yaml": CONFIG_MAP % "a", "c.yaml": CONFIG_MAP % "a"}, tmp_path)
    assert [problem.kind for problem in read_files([str(tmp_path)]).problems] == ["defined-twice"]


def test_answers_in_a_bug_report(tmp_path: Path) -> None:
    file = tmp_path / "bug-report.tar.gz"
    file.write_bytes(packed(BUG_REPORT))
    expected = [
        ProxyFile("", "istio-system", "istiod-1", "syncz.json", b"[]", True),
        ProxyFile("", "shop", "web-1", "clusters.txt", b"outbound|80||web::default_priority\n"),
        ProxyFile("", "shop", "web-1", "config_dump.json", b'{"configs": []}'),
        ProxyFile("", "shop", "web-1", "stats.prom", b"a 1\n"),
    ]
    assert sorted(proxies(str(file))) == expected
    assert sorted(proxies(unpack(BUG_REPORT, tmp_path / "out"))) == expected
