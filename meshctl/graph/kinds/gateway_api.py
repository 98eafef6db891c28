"""The Kubernetes Gateway API's kinds: classes, Gateways with their listeners, grants, policies for backends."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from meshctl.graph.fields import Fields, integer, listed, mapping, numbered, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

GROUP = "gateway.networking.k8s.io"
EXPERIMENTAL_GROUP = "gateway.networking.x-k8s.io"


@dataclass(frozen=True, eq=False)
class KubernetesListener:
    """A listener of a Gateway or ListenerSet. `hostname` is empty for one that takes every host."""

    path: Path
    name: str
    hostname: str
    port: int | None
    protocol: str
    fields: Fields

    @property
    def where(self) -> str:
        """Its name, as messages have it."""
        return self.name or f"{self.protocol} on port {self.port}"

    @lazy
    def origin(self) -> str:
        """Routes of which namespaces it takes: `Same`, `All` or `Selector`."""
        return text(mapping(mapping(self.fields.get("allowedRoutes")).get("namespaces")).get("from")) or "Same"

    @lazy
    def selector(self) -> Fields:
        """The selector of namespaces, with `Selector`."""
        return mapping(mapping(mapping(self.fields.get("allowedRoutes")).get("namespaces")).get("selector"))

    @lazy
    def stated_kinds(self) -> frozenset[KindKey]:
        """The kinds of routes that it says it takes; empty for those of its protocol."""
        stated = listed(mapping(self.fields.get("allowedRoutes")).get("kinds"))
        return frozenset(reference_kind(mapping(k), KindKey(GROUP, "")) for k in stated)

    @lazy
    def tls(self) -> Fields:
        """Its settings of TLS."""
        return mapping(self.fields.get("tls"))

    @property
    def ends_tls(self) -> bool:
        """True if it takes TLS apart itself, for which it needs a certificate."""
        return self.protocol in ("HTTPS", "TLS") and (text(self.tls.get("mode")) or "Terminate") == "Terminate"


class ListenerOwner(View):
    """A resource with listeners that routes attach to: a Gateway or a ListenerSet."""

    KINDS: ClassVar[tuple[KindKey, ...]] = (
        KindKey(GROUP, "Gateway"),
        KindKey(GROUP, "ListenerSet"),
        KindKey(EXPERIMENTAL_GROUP, "XListenerSet"),
    )

    @property
    def class_name(self) -> str:
        """Name of a Gateway's class; empty for a ListenerSet, which has that of its Gateway."""
        return text(self.spec.get("gatewayClassName"))

    @lazy
    def listeners(self) -> tuple[KubernetesListener, ...]:
        """Its listeners in order."""
        return tuple(
            KubernetesListener(
                path=("spec", "listeners", i),
                name=text(fields.get("name")),
                hostname=text(fields.get("hostname")),
                port=integer(fields.get("port")),
                protocol=text(fields.get("protocol")),
                fields=fields,
            )
            for i, fields in numbered(self.spec.get("listeners"))
        )


class KubernetesGateway(ListenerOwner):
    """A Gateway of the Gateway API."""

    KINDS = (KindKey(GROUP, "Gateway"),)

    @lazy
    def hostnames(self) -> tuple[str, ...]:
        """Hostname of each listener; empty for a listener that takes every host."""
        return tuple(listener.hostname for listener in self.listeners)


class ListenerSet(ListenerOwner):
    """A ListenerSet: listeners that somebody else adds to a Gateway."""

    KINDS = ListenerOwner.KINDS[1:]


class GatewayClass(View):
    """A GatewayClass: which controller serves its Gateways."""

    KINDS = (KindKey(GROUP, "GatewayClass"),)


class GatewayApiResource(View):
    """A resource of any of the kinds that Istio reads."""

    KINDS = tuple(
        KindKey(GROUP, kind)
        for kind in ("Gateway", "GatewayClass", "GRPCRoute", "HTTPRoute", "ReferenceGrant", "TCPRoute", "TLSRoute")
    )


class ReferenceGrant(View):
    """A ReferenceGrant: who may refer to things in its namespace."""

    KINDS = (KindKey(GROUP, "ReferenceGrant"),)

    @lazy
    def origins(self) -> tuple[tuple[Path, KindKey, str], ...]:
        """Path, kind and namespace of each `from`."""
        return tuple(
            (("spec", "from", i), KindKey(text(f.get("group")), text(f.get("kind"))), text(f.get("namespace")))
            for i, f in numbered(self.spec.get("from"))
        )

    @lazy
    def targets(self) -> tuple[tuple[Path, KindKey, str], ...]:
        """Path, kind and name of each `to`; the name is empty for everything of the kind."""
        return tuple(
            (("spec", "to", i), KindKey(text(t.get("group")), text(t.get("kind"))), text(t.get("name")))
            for i, t in numbered(self.spec.get("to"))
        )


class BackendTlsPolicy(View):
    """A BackendTLSPolicy: gateways talk TLS to these Services."""

    KINDS = (KindKey(GROUP, "BackendTLSPolicy"),)

    @lazy
    def targets(self) -> tuple[tuple[Path, Fields], ...]:
        """What it names in `targetRefs`, or in the older `targetRef`, with the path."""
        if single := mapping(self.spec.get("targetRef")):
            return ((("spec", "targetRef"), single),)
        return tuple(self._entries("spec", "targetRefs", of=self.spec))

    @lazy
    def authorities(self) -> tuple[tuple[Path, Fields], ...]:
        """The certificates of authorities that it refers to, with their paths."""
        for field in ("validation", "tls"):
            if found := mapping(self.spec.get(field)):
                name = "caCertificateRefs" if "caCertificateRefs" in found else "caCertRefs"
                return tuple(self._entries("spec", field, name, of=found))
        return ()

    def _entries(self, *path: str, of: Fields) -> Iterator[tuple[Path, Fields]]:
        for i, entry in numbered(of.get(path[-1])):
            yield (*path, i), entry


def reference_kind(reference: Fields, default: KindKey) -> KindKey:
    """The kind that a reference names; what it leaves out is that of the default. `core` stands for the core group."""
    group = reference.get("group")
    named = default.group if group is None else text(group)
    return KindKey("" if named == "core" else named, text(reference.get("kind")) or default.kind)
