"""The lists of proxies of an istiod, in all shapes that there are."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from meshctl.model.proxystate import Sync
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.status.rejections import rejections_in
from meshctl.proxy.status.syncz import connections

LISTENERS = "type.googleapis.com/envoy.config.listener.v3.Listener"
CLUSTERS = "type.googleapis.com/envoy.config.cluster.v3.Cluster"
SECRETS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def test_by_type_url() -> None:
    resources = {
        LISTENERS: {"sent": "a", "acked": "b", "sentTime": "2026-11-21T03:06:47.587293915Z", "lastError": "no"},
        CLUSTERS: {"sent": "a", "acked": "a", "sentTime": "2026-11-21T03:06:47Z"},
        SECRETS: {"sentTime": "0001-01-01T00:00:00Z"},
        "type.googleapis.com/envoy.config.route.v3.RouteConfiguration": {"sent": "b", "acked": "a"},
        "type.googleapis.com/some.new.v9.Thing": {"sent": "a", "acked": "a"},
    }
    entry = {"proxy": "web-1.eu.shop", "proxy_type": "sidecar", "istio_version": "1.29.1", "resources": resources}
    (found,) = connections(encoded([entry, {"proxy": ""}, 5]))
    assert (found.name, found.namespace, found.kind, found.version) == ("web-1.eu", "shop", "sidecar", "1.29.1")
    assert [(t.type, t.sync, t.error) for t in found.types] == [
        ("CDS", Sync.SYNCED, ""),
        ("LDS", Sync.ERROR, "no"),
        ("RDS", Sync.STALE, ""),
        ("SDS", Sync.NOT_SENT, ""),
        ("Thing", Sync.SYNCED, ""),
    ]
    assert found.types[1].sent == datetime(2026, 11, 21, 3, 6, 47, 587293, tzinfo=UTC)
    assert found.types[3].sent is None


def test_by_the_ten_older_fields() -> None:
    entry = {
        "proxy": "web-1.shop",
        "cluster_sent": "2023-12-26T05:56:10Z/3abc",
        "cluster_acked": "2023-12-26T05:56:10Z/3abc",
        "listener_sent": "2023-12-26T05:56:10Z/3abd",
        "listener_acked": "2023-12-26T05:56:00Z/2xyz",
    }
    (found,) = connections(encoded([entry, {"proxy": "web-2.shop"}]))[:1]
    assert [(t.type, t.sync) for t in found.types] == [("CDS", Sync.SYNCED), ("LDS", Sync.STALE)]
    assert found.types[1].sent == datetime(2023, 12, 26, 5, 56, 10, tzinfo=UTC)
    bare = connections(encoded([{"proxy": "web-2.shop"}]))[0]
    assert [(t.type, t.sync) for t in bare.types] == [("CDS", Sync.NOT_SENT), ("LDS", Sync.NOT_SENT)]


def client(name: str, **status: Any) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/envoy.service.status.v3.ClientConfig",
        "node": {"id": name, "metadata": {"ISTIO_VERSION": "1.29.1", "NAMESPACE": "shop"}},
        "genericXdsConfigs": [{"typeUrl": LISTENERS, "lastUpdated": "2026-01-01T00:00:00Z", **status}],
    }


def answer(istiod: str, *clients: dict[str, Any]) -> dict[str, Any]:
    identifier = json.dumps({"Component": "istiod", "ID": istiod, "Info": {"version": "1.29.1"}})
    return {"resources": list(clients), "controlPlane": {"identifier": identifier}}


def test_as_envoys_client_configurations_of_several_istiods_one_after_another() -> None:
    failed = client("web-2.shop", configStatus="ERROR", errorState={"details": "bad listener"})
    first = answer("istiod-1", client("web-1.shop", configStatus="SYNCED"), failed)
    second = answer("istiod-2", client("sidecar~10.0.0.1~web-3.shop~shop.svc", configStatus="NOT_SENT"))
    joined = json.dumps(first) + "\n" + json.dumps(second, indent=2)
    for data in (joined.encode(), encoded({"istiod-1": first, "istiod-2": second})):
        one, two, three = connections(data)
        assert (one.name, one.namespace, one.control_plane) == ("web-1", "shop", "istiod-1")
        assert (one.control_plane_version, one.types[0].sync) == ("1.29.1", Sync.SYNCED)
        assert (two.types[0].sync, two.types[0].error) == (Sync.ERROR, "bad listener")
        assert (three.name, three.control_plane, three.types[0].sync) == ("web-3", "istiod-2", Sync.NOT_SENT)


def test_as_older_client_configurations() -> None:
    per = [{"status": "SYNCED", "clusterConfig": {}}, {"status": "STALE", "listenerConfig": {}}, {"status": "UNKNOWN"}]
    old = {"node": {"id": "web-1.shop"}, "xdsConfig": [{"perXdsConfig": per}]}
    (found,) = connections(encoded({"resources": [old]}))
    assert [(t.type, t.sync) for t in found.types] == [("CDS", Sync.SYNCED), ("LDS", Sync.STALE)]


@pytest.mark.parametrize("data", [b"[]", b"null", b"{}"])
def test_an_istiod_without_proxies(data: bytes) -> None:
    assert connections(data) == ()


@pytest.mark.parametrize("data", [b"", b"[{", b"404 page not found", b'{"configs": []}', b'"text"'])
def test_what_is_no_list_is_told(data: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        connections(data)


@pytest.mark.parametrize(
    ("type_name", "error", "found"),
    [
        (
            "LDS",
            "Error adding/updating listener(s) 0.0.0.0_80: [::1]:80: cannot bind\nvirtualInbound: Lua: x\n",
            [("0.0.0.0_80", "[::1]:80: cannot bind"), ("virtualInbound", "Lua: x")],
        ),
        (
            "CDS",
            "Error adding/updating cluster(s) outbound|80||a.b: bad, really: bad, outbound|81|v1|a.b: worse",
            [("outbound|80||a.b", "bad, really: bad"), ("outbound|81|v1|a.b", "worse")],
        ),
        (
            "LDS",
            "Error adding/updating listener(s) a: first\n  and its second line\n",
            [("a", "first\nand its second line")],
        ),
        (
            "RDS",
            "Only unique values for domains are permitted.",
            [("", "Only unique values for domains are permitted.")],
        ),
    ],
)
def test_errors_name_what_was_refused(type_name: str, error: str, found: list[tuple[str, str]]) -> None:
    assert [(r.resource, r.reason) for r in rejections_in(type_name, error)] == found
