"""Istio's networking kinds: VirtualService, DestinationRule, Gateway, ServiceEntry, Sidecar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from meshctl.graph.fields import integer, labels, mapping, numbered, numbered_texts, text, texts
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

GROUP = "networking.istio.io"
MESH = "mesh"


class Exported(View):
    """A kind with `exportTo`."""

    @cached_property
    def export_to(self) -> tuple[str, ...]:
        """Namespaces that see it, `.` replaced by its own; `*` alone for everybody, also where nothing is said."""
        scopes = tuple(self.namespace if s == "." else s for s in texts(self.spec.get("exportTo")))
        return ("*",) if not scopes or "*" in scopes else tuple(dict.fromkeys(scopes))


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a VirtualService sends requests. `path` is that of the destination; `mirror` if it only gets copies."""

    path: Path
    protocol: Literal["tcp", "tls", "http"]
    mirror: bool
    host: str
    subset: str
    port: int | None


@dataclass(frozen=True, slots=True)
class Delegate:
    """A reference from an http route to another VirtualService; an empty namespace means that of the referrer."""

    path: Path
    namespace: str
    name: str


class VirtualService(Exported):
    """A VirtualService. One without hosts is a delegate: only others that refer to it use it."""

    KINDS = (KindKey(GROUP, "VirtualService"),)

    @cached_property
    def hosts(self) -> tuple[tuple[int, str], ...]:
        """Hosts with their positions."""
        return tuple(numbered_texts(self.spec.get("hosts")))

    @cached_property
    def gateways(self) -> tuple[tuple[int, str], ...]:
        """Gateways with their positions, as written."""
        return tuple(numbered_texts(self.spec.get("gateways")))

    @property
    def applies_to_mesh(self) -> bool:
        """True if sidecars use it: no gateways named, or `mesh` among them."""
        return not self.gateways or any(name == MESH for _, name in self.gateways)

    @cached_property
    def destinations(self) -> tuple[Destination, ...]:
        """Destinations of tcp, tls and http routes, then the mirrors, each with a host."""
        return tuple(d for d in self._destinations() if d.host)

    @cached_property
    def delegates(self) -> tuple[Delegate, ...]:
        """The delegates of its http routes."""
        return tuple(
            Delegate(("spec", "http", i, "delegate"), text(to.get("namespace")), text(to.get("name")))
            for i, route in numbered(self.spec.get("http"))
            if (to := mapping(route.get("delegate")))
        )

    def _destinations(self) -> Iterator[Destination]:
        protocols: tuple[Literal["tcp", "tls", "http"], ...] = ("tcp", "tls", "http")
        for protocol in protocols:
            for i, route in numbered(self.spec.get(protocol)):
                for j, target in numbered(route.get("route")):
                    yield _destination(("spec", protocol, i, "route", j, "destination"), protocol, target)
        for i, route in numbered(self.spec.get("http")):
            if mirror := mapping(route.get("mirror")):
                yield _destination(("spec", "http", i, "mirror"), "http", {"destination": mirror}, mirror=True)
            for j, target in numbered(route.get("mirrors")):
                yield _destination(("spec", "http", i, "mirrors", j, "destination"), "http", target, mirror=True)


def _destination(
    path: Path, protocol: Literal["tcp", "tls", "http"], target: Mapping[str, object], *, mirror: bool = False
) -> Destination:
    to = mapping(target.get("destination"))
    port = integer(mapping(to.get("port")).get("number"))
    return Destination(path, protocol, mirror, text(to.get("host")), text(to.get("subset")), port)


@dataclass(frozen=True, slots=True)
class Subset:
    """A subset of a DestinationRule; `path` is that of the whole subset."""

    path: Path
    name: str
    labels: Mapping[str, str]


class DestinationRule(Exported):
    """A DestinationRule."""

    KINDS = (KindKey(GROUP, "DestinationRule"),)

    @cached_property
    def host(self) -> str:
        """The host it is for, as written."""
        return text(self.spec.get("host"))

    @cached_property
    def subsets(self) -> tuple[Subset, ...]:
        """Its subsets in order."""
        return tuple(
            Subset(("spec", "subsets", i), text(s.get("name")), labels(s.get("labels")))
            for i, s in numbered(self.spec.get("subsets"))
        )


@dataclass(frozen=True, slots=True)
class Server:
    """A server of a Gateway; `port` is None where it is left out, `hosts` keep their positions."""

    path: Path
    port: int | None
    protocol: str
    bind: str
    hosts: tuple[tuple[int, str], ...]


class Gateway(View):
    """An Istio Gateway (not that of the Gateway API)."""

    KINDS = (KindKey(GROUP, "Gateway"),)

    @cached_property
    def selector(self) -> Mapping[str, str]:
        """Labels of the pods that serve it; empty means every pod."""
        return labels(self.spec.get("selector"))

    @cached_property
    def servers(self) -> tuple[Server, ...]:
        """Its servers in order."""
        return tuple(
            Server(
                path=("spec", "servers", i),
                port=integer(mapping(s.get("port")).get("number")),
                protocol=text(mapping(s.get("port")).get("protocol")),
                bind=text(s.get("bind")),
                hosts=tuple(numbered_texts(s.get("hosts"))),
            )
            for i, s in numbered(self.spec.get("servers"))
        )


class ServiceEntry(Exported):
    """A ServiceEntry."""

    KINDS = (KindKey(GROUP, "ServiceEntry"),)

    @cached_property
    def hosts(self) -> tuple[tuple[int, str], ...]:
        """Hosts with their positions."""
        return tuple(numbered_texts(self.spec.get("hosts")))

    @cached_property
    def port_numbers(self) -> tuple[int, ...]:
        """Numbers of its ports."""
        return tuple(n for _, p in numbered(self.spec.get("ports")) if (n := integer(p.get("number"))) is not None)

    @cached_property
    def selector(self) -> Mapping[str, str]:
        """Labels of the pods and WorkloadEntries behind it; empty if it selects none."""
        return labels(mapping(self.spec.get("workloadSelector")).get("labels"))

    @property
    def has_endpoints(self) -> bool:
        """True if it lists its endpoints itself."""
        return bool(self.spec.get("endpoints"))


class Sidecar(View):
    """A Sidecar."""

    KINDS = (KindKey(GROUP, "Sidecar"),)

    @cached_property
    def selector(self) -> Mapping[str, str]:
        """Labels of the pods it is for; empty means the whole namespace."""
        return labels(mapping(self.spec.get("workloadSelector")).get("labels"))


class ProxyConfig(View):
    """A ProxyConfig."""

    KINDS = (KindKey(GROUP, "ProxyConfig"),)

    @cached_property
    def selector(self) -> Mapping[str, str]:
        """Labels of the pods it is for; empty means the whole namespace."""
        return labels(mapping(self.spec.get("selector")).get("matchLabels"))
