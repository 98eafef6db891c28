"""Disagreements about one host's port are found among thousands of ServiceEntries, without comparing each with each."""

from collections.abc import Iterator

from meshctl.graph.entryprotocols import Dissent, EntryProtocols
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource


def entry(name: str, protocol: str, *export_to: str, namespace: str = "shop", cluster: str = "") -> ServiceEntry:
    spec = {
        "hosts": ["api.example.com"],
        "exportTo": list(export_to),
        "ports": [{"number": 443, "name": "p", "protocol": protocol}],
    }
    return ServiceEntry(
        Resource(ResourceId(cluster, "networking.istio.io", "ServiceEntry", namespace, name), "v1", {"spec": spec})
    )


def dissents(*entries: ServiceEntry) -> Iterator[Dissent]:
    return EntryProtocols(entries).dissents(3)


def test_the_ones_that_differ_are_named_and_all_of_them_counted() -> None:
    found = {d.entry.name: d for d in dissents(*(entry(f"e{i}", "TLS") for i in range(9)), entry("odd", "HTTP"))}
    assert found.keys() == {"odd", *(f"e{i}" for i in range(9))}
    assert [other.name for other, _ in found["odd"].others] == ["e0", "e1", "e2"]
    assert found["odd"].count == 9
    assert [(other.name, port.protocol) for other, port in found["e5"].others] == [("odd", "HTTP")]


def test_namespaces_and_clusters_that_do_not_see_each_other_are_at_peace() -> None:
    assert not list(dissents(entry("a", "TLS", "."), entry("b", "HTTP", ".", namespace="billing")))
    assert not list(dissents(entry("a", "TLS", cluster="east"), entry("b", "HTTP", cluster="west")))


class Counted(ServiceEntry):
    """Counts how often it is looked up."""

    asked = 0

    def __hash__(self) -> int:
        Counted.asked += 1
        return id(self)


def work(count: int) -> int:
    """How often a ServiceEntry is looked up: half of them for everybody, each of the others for a namespace alone."""
    Counted.asked = 0
    those = (entry(f"e{i}", "TLS" if i % 3 else "HTTP", *(["*"] if i % 2 else [f"n{i}"])) for i in range(count))
    assert len({d.entry.name for d in dissents(*(Counted(e.resource) for e in those))}) == count
    return Counted.asked


def test_cost_grows_linearly() -> None:
    assert work(2000) <= 4.4 * work(500)
