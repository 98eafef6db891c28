"""The use of proxies over a window, from Prometheus: what is asked, and what becomes of the answers."""

import re
from contextlib import AbstractContextManager

import pytest

from meshctl.model.usage import NamespaceUse, Percentiles, ProxyUse
from meshctl.sources.containeruse import read_use
from meshctl.sources.prometheus import Unavailable
from tests.prometheus import Asked, fake_prometheus

CPU = {"avg": 0.0201, "0.5": 0.0200004, "0.95": 0.05, "1": 0.3}
MEMORY = {"avg": 64e6, "0.5": 63e6, "0.95": 70e6, "1": 90e6}


def answer(query: str) -> list[tuple[dict[str, str], float]]:
    values = CPU if "container_cpu_usage_seconds_total" in query else MEMORY
    if 'container!=""' in query:
        return [({"namespace": "shop"}, 10 * values["avg"]), ({"namespace": "plain"}, values["avg"])]
    quantile = re.match(r"quantile_over_time\(([\d.]+), ", query)
    pods = [({"namespace": "shop", "pod": "cart-a"}, values[quantile[1] if quantile else "avg"])]
    if not quantile:
        # Too young to have been seen often enough.
        pods.append(({"namespace": "shop", "pod": "cart-b"}, values["avg"]))
    return pods


def prometheus() -> AbstractContextManager[Asked]:
    return fake_prometheus(answer)


def test_means_and_percentiles_of_each_pod() -> None:
    with prometheus() as asked:
        found = read_use(asked.url, 3600, 10, proxies=["istio-proxy"], cluster="east")
    cpu = Percentiles(20_000_400, 50_000_000, 300_000_000)
    memory = Percentiles(63_000_000, 70_000_000, 90_000_000)
    assert found.proxies == (
        ProxyUse("east", "shop", "cart-a", "Prometheus", 20_100_000, 64_000_000, cpu, memory),
        ProxyUse("east", "shop", "cart-b", "Prometheus", 20_100_000, 64_000_000),
    )
    assert found.proxies[0].cpu_p95 == 50_000_000 and found.proxies[1].cpu_p95 == 20_100_000
    assert found.proxies[0].memory_most == 90_000_000
    assert found.namespaces == (
        NamespaceUse("east", "plain", 20_100_000, 64_000_000),
        NamespaceUse("east", "shop", 201_000_000, 640_000_000),
    )


def test_only_queries_are_sent() -> None:
    with prometheus() as asked:
        read_use(f"{asked.url}/prom/", 86400, 10, proxies=["istio-proxy"], namespace="shop")
    assert set(asked.methods) == {"GET"} and set(asked.paths) == {"/prom/api/v1/query"}
    assert all("[86400s:173s]" in query and 'namespace="shop"' in query for query in asked.queries)
    assert {'container=~"istio-proxy"' in query or 'container!=""' in query for query in asked.queries} == {True}
    assert len(asked.queries) == len(set(asked.queries)) == 10


def test_a_short_window_is_looked_at_every_minute() -> None:
    with prometheus() as asked:
        read_use(asked.url, 300, 10, proxies=["istio-proxy"])
    assert all("[300s:60s]" in query for query in asked.queries)


def test_a_name_cannot_leave_its_quotes() -> None:
    with prometheus() as asked:
        read_use(asked.url, 300, 10, proxies=["istio-proxy"], namespace='x"} or vector(1)')
    assert all('namespace="x\\"} or vector(1)"' in query for query in asked.queries)


def test_what_goes_wrong_is_said() -> None:
    with fake_prometheus(answer, (503, b"busy")) as asked, pytest.raises(Unavailable) as error:
        read_use(asked.url, 300, 10, proxies=["istio-proxy"])
    assert "does not answer as Prometheus does (status 503)" in str(error.value)
