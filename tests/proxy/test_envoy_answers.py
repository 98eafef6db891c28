"""What Envoy and istiod answer, read by section; what is no answer is told in a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.envoy.configdump import config_dump, joined
from meshctl.proxy.envoy.hosts import cluster_statuses
from meshctl.proxy.envoy.server import certificates, memory, server_info
from meshctl.proxy.envoy.skim import skim
from meshctl.proxy.envoy.stats import stats
from meshctl.proxy.status.rejections import rejections_of
from tests.proxy.envoy import Envoy

ADMIN = "type.googleapis.com/envoy.admin.v3."
NODE = {
    "id": "sidecar~10.1.2.3~web-1.shop~shop.svc.cluster.local",
    "metadata": {
        "ISTIO_VERSION": "1.29.1",
        "LABELS": {"app": "web", "n": 1},
        "ANNOTATIONS": {"istio.io/rev": "v2"},
        "INTERCEPTION_MODE": "TPROXY",
        "WORKLOAD_NAME": "web",
    },
}


def dump_of(*sections: dict[str, Any]) -> bytes:
    return json.dumps({"configs": sections}).encode()


def test_sections_are_found_by_type_wherever_they_stand() -> None:
    clusters = {"dynamic_active_clusters": [{"cluster": {"name": "a"}}], "@type": f"{ADMIN}ClustersConfigDump"}
    bootstrap = {"@type": f"{ADMIN}BootstrapConfigDump", "bootstrap": {"node": NODE}}
    for order in ((clusters, bootstrap), (bootstrap, clusters)):
        dump = config_dump(dump_of(*order))
        assert [c["name"] for c in dump.clusters] == ["a"]
        assert dump.identity is not None
        assert (dump.identity.pod, dump.identity.namespace, dump.identity.ip) == ("web-1", "shop", "10.1.2.3")
        assert (dump.identity.version, dump.identity.revision) == ("1.29.1", "v2")
        assert (dump.identity.interception, dump.identity.workload) == ("TPROXY", "web")
        assert dump.identity.labels == {"app": "web"}
    assert dump.has("ClustersConfigDump") and not dump.has("ListenersConfigDump")
    assert dump.section("ListenersConfigDump") == {}


def test_istiods_spelling_reads_like_envoys_and_data_stays_as_it_is() -> None:
    cluster = {
        "name": "a",
        "connectTimeout": "1s",
        "outlierDetection": {"consecutive5xx": 4},
        "metadata": {"filterMetadata": {"istio": {"tlsMode": "istio", "config": "/apis/x"}}},
    }
    listener = {"listener": {"name": "l", "proxy": {"proxy100Continue": True, "http2ProtocolOptions": {}}}}
    dump = config_dump(
        dump_of(
            {"@type": f"{ADMIN}BootstrapConfigDump"},
            {
                "@type": f"{ADMIN}ClustersConfigDump",
                "versionInfo": "3",
                "dynamicActiveClusters": [{"cluster": cluster}],
            },
            {"@type": f"{ADMIN}ListenersConfigDump", "dynamicListeners": [{"name": "l", "activeState": listener}]},
        )
    )
    assert dump.identity is None
    assert list(dump.clusters) == [
        {
            "name": "a",
            "connect_timeout": "1s",
            "outlier_detection": {"consecutive_5xx": 4},
            "metadata": {"filter_metadata": {"istio": {"tlsMode": "istio", "config": "/apis/x"}}},
        }
    ]
    assert [x["proxy"] for x in dump.listeners] == [{"proxy_100_continue": True, "http2_protocol_options": {}}]


def test_elements_of_sections_are_put_where_they_belong() -> None:
    one = config_dump(dump_of({"@type": f"{ADMIN}ClustersConfigDump.DynamicCluster", "cluster": {"name": "a"}}))
    two = config_dump(dump_of({"@type": f"{ADMIN}ListenersConfigDump.DynamicListener", "name": "l"}))
    whole = joined([one, two])
    assert [c["name"] for c in whole.clusters] == ["a"]
    assert [x["name"] for x in whole.dynamic_listeners] == ["l"]
    assert whole.has("ClustersConfigDump")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (
            b"<html><head><title>503 Service Unavailable</title>",
            "is a web page instead of JSON: 503 Service Unavailable",
        ),
        (
            b"upstream connect error or disconnect\nmore",
            "is text instead of JSON: upstream connect error or disconnect",
        ),
        (b'{"configs": [{"@type": "x", "a":', "ends in the middle, after 32 bytes"),
        (b'{"configs": 1}', "is no config dump: it has no list `configs`"),
        (b"[]", "is no config dump"),
        (b'{"configs": [' + b"[" * 100_000 + b"]}", "nested too deeply"),
        (b'{"configs": [nonsense]}', "is not valid JSON"),
        (b'\xff\xfe{"configs": []}', "instead of JSON"),
    ],
)
def test_what_is_no_dump_is_told(data: bytes, sentence: str) -> None:
    with pytest.raises(BrokenAnswer) as broken:
        config_dump(data)
    assert sentence in str(broken.value)


def test_odd_shapes_read_as_empty() -> None:
    dump = config_dump(
        dump_of(
            {"@type": f"{ADMIN}ClustersConfigDump", "dynamic_active_clusters": [1, {"cluster": []}, {}]},
            {"@type": f"{ADMIN}ListenersConfigDump", "dynamic_listeners": {"name": "x"}},
            {"@type": f"{ADMIN}BootstrapConfigDump", "bootstrap": {"node": {"id": 5}}},
            {"no type": 1},
        )
    )
    assert (list(dump.clusters), dump.dynamic_listeners, dump.identity) == ([], (), None)


@pytest.mark.parametrize(
    "data",
    [
        b'{"stats": [{"name": "a", "value": 3}, {"name": "t", "value": "x"}, {"histograms": {}}]}',
        b'a: 3\nt: "x"\nh: P0(nan,1) P25(nan,2)\nnothing\n',
    ],
    ids=["json", "text"],
)
def test_stats_in_both_formats(data: bytes) -> None:
    found = stats(data)
    assert (found.get("a"), found.get("b"), dict(found.texts)) == (3, None, {"t": "x"})


@pytest.mark.parametrize("data", [b"", b"no healthy upstream", b'{"configs": []}', b"<html>"])
def test_what_is_no_stats_is_told(data: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        stats(data)


def test_a_real_envoy(rejecting: Envoy) -> None:
    dump = config_dump(rejecting.get("/config_dump?include_eds"))
    assert dump.identity is not None
    assert (dump.identity.pod, dump.identity.labels) == ("web-1", {"app": "web"})
    assert sorted(c["name"] for c in dump.clusters) == ["api", "xds-grpc"]
    assert [w["cluster"]["name"] for w in dump.warming_clusters] == ["stuck"]
    assert {x["name"]: "error_state" in x for x in dump.dynamic_listeners if "name" in x} == {
        "good": False,
        "bad": True,
    }
    (refused,) = rejections_of(skim(dump).listeners)
    assert (refused.type, refused.resource) == ("LDS", "bad") and "'=' expected near 'is'" in refused.reason
    assert {"envoy.filters.http.lua", "envoy.extensions.filters.http.lua.v3.Lua"} <= refused.filters
    info = server_info(rejecting.get("/server_info"))
    assert info.state == "LIVE" and info.identity == dump.identity and info.version.count(".") == 2
    assert memory(rejecting.get("/memory")).allocated > 100_000
    hosts = {s.name: s.hosts for s in cluster_statuses(rejecting.get("/clusters?format=json"))}
    assert [(h.address, h.port, h.health) for h in hosts["api"]] == [("127.0.0.1", 9, "HEALTHY")]
    assert certificates(rejecting.get("/certs")) == ()
    for path in ("/stats", "/stats?format=json"):
        assert stats(rejecting.get(path)).get("listener_manager.lds.update_rejected") == 1


def test_certificates_as_envoy_writes_them() -> None:
    one = {"path": "<inline>", "serial_number": "ab", "subject_alt_names": [{"uri": "spiffe://a"}, {"dns": "b"}]}
    data = json.dumps(
        {"certificates": [{"ca_cert": [one], "cert_chain": [None, {**one, "days_until_expiration": "9"}]}]}
    )
    authority, own = certificates(data.encode())
    assert (authority.authority, own.authority, own.days_left) == (True, False, 9)
    assert own.names == ("spiffe://a", "b")


def test_every_capture_is_read(captures: Path) -> None:
    for folder in ("synced", "rich", "nack-lua"):
        for file in sorted((captures / folder).glob("*config_dump*.json")):
            dump = config_dump(file.read_bytes())
            for name in dump.parts:
                keys = [key for entry in (dump.section(name), *dump.clusters) for key in entry]
                assert not [key for key in keys if any(c.isupper() for c in key)], (file, name)
