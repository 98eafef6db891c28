"""Answers that are cut off or hold something else where something is expected: a sentence at most, never a crash."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.envoy.configdump import config_dump
from meshctl.proxy.envoy.hosts import cluster_statuses
from meshctl.proxy.envoy.server import certificates, memory, server_info
from meshctl.proxy.envoy.stats import stats
from meshctl.proxy.recorded import ProxyAnswers
from meshctl.proxy.status.configz import resources_of
from meshctl.proxy.status.own import own_words
from meshctl.proxy.status.syncz import connections

REFUSING = Path(__file__).parents[2] / "fixtures/proxy/refusing"
ODD: tuple[Any, ...] = (None, True, -1, 1e300, "", "x", [], [None, 1, "x", {}], {}, {"a": None, "name": 7})
CLIENT = {
    "resources": [
        {
            "node": {"id": "web-1.shop", "metadata": {"ISTIO_VERSION": "1.29.1"}},
            "genericXdsConfigs": [{"typeUrl": "a/b.c", "configStatus": "SYNCED", "errorState": {"details": "x"}}],
            "xdsConfig": [{"perXdsConfig": [{"status": "STALE", "listenerConfig": {}}]}],
        }
    ],
    "controlPlane": {"identifier": '{"ID": "istiod-1", "Info": {"version": "1"}}'},
}
CERTIFICATES = {"certificates": [{"ca_cert": [{"path": "a", "subject_alt_names": [{"uri": "b"}]}], "cert_chain": []}]}
RESOURCES = [{"apiVersion": "a/v1", "kind": "B", "metadata": {"name": "c", "namespace": "d"}}]


def words(data: bytes) -> object:
    return own_words(ProxyAnswers("", "web-1", "shop", {"config_dump": lambda: data}), 30)


def everything(data: bytes) -> None:
    dump = config_dump(data)
    for name in dump.parts:
        dump.section(name)
    found = [dump.identity, *dump.clusters, *dump.listeners, *dump.routes, *dump.endpoints, *dump.warming_clusters]
    assert found
    words(data)


def recorded(name: str) -> Any:
    return json.loads((REFUSING / name).read_bytes())


CASES: dict[str, tuple[Callable[[bytes], object], Any]] = {
    "config dump": (everything, recorded("web.config_dump.json")),
    "clusters": (cluster_statuses, recorded("web.clusters.json")),
    "server info": (server_info, recorded("web.server_info.json")),
    "memory": (memory, recorded("web.memory.json")),
    "stats": (stats, {"stats": recorded("web.stats.json")["stats"][:3]}),
    "certificates": (certificates, CERTIFICATES),
    "syncz": (connections, recorded("istiod-7d5-x.syncz.json")[:1]),
    "clients": (connections, CLIENT),
    "configz": (lambda data: resources_of(json.loads(data)), RESOURCES),
}


def mutants(value: Any) -> Iterator[Any]:
    """The value with each part of it replaced by something odd, one part at a time."""
    yield from ODD
    if isinstance(value, dict):
        for key, part in value.items():
            yield {k: v for k, v in value.items() if k != key}
            yield from ({**value, key: mutant} for mutant in mutants(part))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from ([*value[:i], mutant, *value[i + 1 :]] for mutant in mutants(part))


@pytest.mark.parametrize("name", CASES)
def test_something_else_in_any_place(name: str) -> None:
    read, value = CASES[name]
    tried = 0
    for mutant in mutants(value):
        tried += 1
        try:
            read(json.dumps(mutant).encode())
        except BrokenAnswer as error:
            assert str(error).startswith(("is ", "has ")), error
    assert tried > 20


@pytest.mark.parametrize("name", CASES)
def test_cut_off_anywhere(name: str) -> None:
    read, value = CASES[name]
    if read is CASES["configz"][0]:
        pytest.skip("decoded by whoever asks")
    data = json.dumps(value).encode()
    for end in range(0, len(data) - 1, max(1, len(data) // 97)):
        with pytest.raises(BrokenAnswer):
            read(data[:end])
