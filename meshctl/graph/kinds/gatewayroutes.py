"""Routes of the Gateway API: to what they attach, and where they send traffic."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, mapping, numbered, numbered_texts, text
from meshctl.graph.kinds.gateway_api import EXPERIMENTAL_GROUP, GROUP, reference_kind
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

GATEWAY = KindKey(GROUP, "Gateway")
SERVICE = KindKey("", "Service")
SERVICE_ENTRY = KindKey("networking.istio.io", "ServiceEntry")
HOSTNAME = KindKey("networking.istio.io", "Hostname")
LINKERDS = KindKey("policy.linkerd.io", "HTTPRoute")
LISTENER_SETS = (KindKey(GROUP, "ListenerSet"), KindKey(EXPERIMENTAL_GROUP, "XListenerSet"))

_WITH_HOSTNAMES = frozenset({"HTTPRoute", "GRPCRoute", "TLSRoute"})

Purpose = Literal["route", "mirror", "authorization"]


class ParentRef(Struct, frozen=True):
    """What a route wants to attach to. `section` is empty and `port` None where it is all of the parent."""

    path: Path
    kind: KindKey
    namespace: str
    name: str
    section: str
    port: int | None

    @property
    def of_gateway(self) -> bool:
        """True for a Gateway or ListenerSet."""
        return self.kind == GATEWAY or self.kind in LISTENER_SETS

    @property
    def full_name(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"

    def __str__(self) -> str:
        return f"{self.kind.kind} {self.full_name}"


class BackendRef(Struct, frozen=True):
    """A backend of a route: where requests go, copies of them, or questions whether they may pass.

    `port` is None where none is written, or none that can be read; `without_port` says which.
    """

    path: Path
    kind: KindKey
    namespace: str
    name: str
    port: int | None
    without_port: bool
    weight: int
    purpose: Purpose

    @property
    def full_name(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


class RouteRule(Struct, frozen=True):
    """A rule of a route with its backends, without those of filters."""

    path: Path
    fields: Fields
    backends: tuple[BackendRef, ...]

    @property
    def answers_itself(self) -> bool:
        """True if a filter of it answers requests, or may do so: then it needs no backend."""
        filters = (text(f.get("type")) for _, f in numbered(self.fields.get("filters")))
        return any(kind in ("RequestRedirect", "ExtensionRef") for kind in filters)


class GatewayRoute(View):
    """A route of the Gateway API, of any protocol, or the HTTPRoute of Linkerd, which is older and like it."""

    KINDS = (*(KindKey(GROUP, k) for k in ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")), LINKERDS)

    @property
    def has_requests(self) -> bool:
        """True for routes of HTTP and gRPC, which choose for each request; others choose for each connection."""
        return self.id.kind in ("HTTPRoute", "GRPCRoute")

    @lazy
    def parents(self) -> tuple[ParentRef, ...]:
        """What it wants to attach to, with the API's defaults filled in."""
        default = GATEWAY if self.id.group == GROUP else KindKey(self.id.group, GATEWAY.kind)
        return tuple(
            ParentRef(
                path=("spec", "parentRefs", i),
                kind=reference_kind(ref, default),
                namespace=text(ref.get("namespace")) or self.namespace,
                name=text(ref.get("name")),
                section=text(ref.get("sectionName")),
                port=integer(ref.get("port")),
            )
            for i, ref in numbered(self.spec.get("parentRefs"))
        )

    @property
    def wants_gateway(self) -> bool:
        """True if one of its parents is a Gateway or ListenerSet."""
        return any(parent.of_gateway for parent in self.parents)

    @lazy
    def hostnames(self) -> tuple[tuple[int, str], ...]:
        """Its hostnames with their positions; empty if it takes all of its parents, as those without hostnames do."""
        return tuple(numbered_texts(self.spec.get("hostnames"))) if self.id.kind in _WITH_HOSTNAMES else ()

    @lazy
    def rules(self) -> tuple[RouteRule, ...]:
        """Its rules in order."""
        return tuple(
            RouteRule(path, rule, tuple(self._backends(path, rule)))
            for path, rule in ((("spec", "rules", i), rule) for i, rule in numbered(self.spec.get("rules")))
        )

    @lazy
    def backends(self) -> tuple[BackendRef, ...]:
        """Every backend of every rule, those of filters behind those of the rule."""
        return tuple(backend for rule in self.rules for backend in (*rule.backends, *self._of_filters(rule)))

    def _backends(self, path: Path, rule: Fields) -> Iterator[BackendRef]:
        for i, ref in numbered(rule.get("backendRefs")):
            yield self._backend((*path, "backendRefs", i), ref, "route")

    def _of_filters(self, rule: RouteRule) -> Iterator[BackendRef]:
        holders = [(rule.path, rule.fields)]
        holders += [((*rule.path, "backendRefs", i), ref) for i, ref in numbered(rule.fields.get("backendRefs"))]
        for path, holder in holders:
            for i, one in numbered(holder.get("filters")):
                for field, purpose in _FILTERS:
                    ref = mapping(mapping(one.get(field)).get("backendRef"))
                    if ref:
                        yield self._backend((*path, "filters", i, field, "backendRef"), ref, purpose)

    def _backend(self, path: Path, ref: Fields, purpose: Purpose) -> BackendRef:
        weight = integer(ref.get("weight"))
        return BackendRef(
            path=path,
            kind=reference_kind(ref, SERVICE),
            namespace=text(ref.get("namespace")) or self.namespace,
            name=text(ref.get("name")),
            port=integer(ref.get("port")),
            without_port=ref.get("port") is None,
            weight=1 if weight is None else weight,
            purpose=purpose,
        )


_FILTERS: tuple[tuple[str, Purpose], ...] = (("requestMirror", "mirror"), ("externalAuth", "authorization"))
