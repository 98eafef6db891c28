"""Linkerd's kinds of policy: servers, who may talk to them, limits, egress, profiles and external workloads."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshctl.graph.fields import Fields, integer, labels, mapping, numbered, numbered_texts, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

GROUP = "policy.linkerd.io"
SERVER = KindKey(GROUP, "Server")
MESH_TLS = KindKey(GROUP, "MeshTLSAuthentication")
NETWORK = KindKey(GROUP, "NetworkAuthentication")
HTTP_ROUTE = KindKey(GROUP, "HTTPRoute")
EGRESS_NETWORK = KindKey(GROUP, "EgressNetwork")
NAMESPACE = KindKey("", "Namespace")
SERVICE_ACCOUNT = KindKey("", "ServiceAccount")


class Reference(NamedTuple):
    """A reference to another resource, at `path`. A group that is left out is that of Kubernetes itself, not Linkerd's.

    `placed` says that it names a namespace.
    """

    path: Path
    kind: KindKey
    namespace: str
    name: str
    placed: bool

    @property
    def full_name(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"

    def means(self, kind: KindKey) -> bool:
        """Whether it is to that kind: letters of either case are the same."""
        return self.kind.group.lower() == kind.group and self.kind.kind.lower() == kind.kind.lower()


class NetworkBlock(NamedTuple):
    """A range of addresses as written, with those that are left out of it, each with its path."""

    path: Path
    cidr: str
    excepted: tuple[tuple[Path, str], ...]


class LinkerdServer(View):
    """A Server: a port of some pods that has policies of its own."""

    KINDS = (SERVER,)

    @lazy
    def selector_path(self) -> Path:
        """The field that says whom it selects."""
        return ("spec", "externalWorkloadSelector" if self.selects_machines else "podSelector")

    @property
    def selects_machines(self) -> bool:
        """True for a Server of ExternalWorkloads."""
        return "externalWorkloadSelector" in self.spec and "podSelector" not in self.spec

    @lazy
    def selector(self) -> Fields:
        """The label selector of its pods or ExternalWorkloads; an empty one selects all of the namespace."""
        return mapping(self.spec.get(str(self.selector_path[-1])))

    @lazy
    def port(self) -> int | str | None:
        """Its port: a number, or the name of one in the pods; None where none can be read."""
        value = self.spec.get("port")
        return value or None if isinstance(value, str) else integer(value)

    @lazy
    def access(self) -> str:
        """Who is let in where no policy lets him in; `deny` where nothing is said."""
        return text(self.spec.get("accessPolicy")) or "deny"

    @lazy
    def protocol(self) -> str:
        """Its protocol; `unknown` where nothing is said."""
        return text(self.spec.get("proxyProtocol")) or "unknown"


class ServerAuthorization(View):
    """A ServerAuthorization: the older way to let clients talk to Servers."""

    KINDS = (KindKey(GROUP, "ServerAuthorization"),)

    @lazy
    def server(self) -> Fields:
        """Which Servers it is for: a `name` or a `selector`."""
        return mapping(self.spec.get("server"))

    @lazy
    def client(self) -> Fields:
        """Whom it lets in."""
        return mapping(self.spec.get("client"))

    @lazy
    def mesh_tls(self) -> Fields:
        """What it demands of identities; empty where it demands none."""
        return mapping(self.client.get("meshTLS"))

    @lazy
    def networks(self) -> tuple[NetworkBlock, ...]:
        """The addresses that it is for."""
        return tuple(_blocks(self.client.get("networks"), ("spec", "client", "networks")))


class LinkerdAuthorizationPolicy(View):
    """An AuthorizationPolicy of Linkerd: lets clients talk to a Server, a route or all Servers of its namespace."""

    KINDS = (KindKey(GROUP, "AuthorizationPolicy"),)

    @lazy
    def target(self) -> Reference:
        """What it is for."""
        return _reference(mapping(self.spec.get("targetRef")), ("spec", "targetRef"), self.namespace)

    @lazy
    def authentications(self) -> tuple[Reference, ...]:
        """What it demands of clients: all of them together; nothing at all where it has none."""
        path: Path = ("spec", "requiredAuthenticationRefs")
        return tuple(
            _reference(ref, (*path, i), self.namespace)
            for i, ref in numbered(self.spec.get("requiredAuthenticationRefs"))
        )


class MeshTlsAuthentication(View):
    """A MeshTLSAuthentication: a set of identities."""

    KINDS = (MESH_TLS,)

    @lazy
    def identities(self) -> tuple[tuple[Path, str], ...]:
        """The identities as written."""
        return tuple((("spec", "identities", i), name) for i, name in numbered_texts(self.spec.get("identities")))

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The ServiceAccounts and Namespaces whose identities it takes."""
        return tuple(
            _reference(ref, ("spec", "identityRefs", i), self.namespace)
            for i, ref in numbered(self.spec.get("identityRefs"))
        )


class NetworkAuthentication(View):
    """A NetworkAuthentication: a set of addresses."""

    KINDS = (NETWORK,)

    @lazy
    def networks(self) -> tuple[NetworkBlock, ...]:
        """The addresses."""
        return tuple(_blocks(self.spec.get("networks"), ("spec", "networks")))


class EgressNetwork(View):
    """An EgressNetwork: addresses outside of the cluster for which there are policies."""

    KINDS = (EGRESS_NETWORK,)

    @lazy
    def networks(self) -> tuple[NetworkBlock, ...]:
        """The addresses; none where it is for all that are not the cluster's."""
        return tuple(_blocks(self.spec.get("networks"), ("spec", "networks")))


class RateLimit(View):
    """An HTTPLocalRateLimitPolicy."""

    KINDS = (KindKey(GROUP, "HTTPLocalRateLimitPolicy"),)

    @lazy
    def target(self) -> Reference:
        """The Server that it is for."""
        return _reference(mapping(self.spec.get("targetRef")), ("spec", "targetRef"), self.namespace)


class ServiceProfile(View):
    """A ServiceProfile: routes, retries and timeouts of a Service, in the way before the Gateway API."""

    KINDS = (KindKey("linkerd.io", "ServiceProfile"),)


class ExternalWorkload(View):
    """An ExternalWorkload: a machine outside of the cluster that is in the mesh."""

    KINDS = (KindKey("workload.linkerd.io", "ExternalWorkload"),)

    @lazy
    def ports(self) -> Mapping[int, str]:
        """The names of its ports by number."""
        found = ((integer(port.get("port")), text(port.get("name"))) for _, port in numbered(self.spec.get("ports")))
        return {number: name for number, name in found if number is not None}


def _reference(ref: Fields, path: Path, home: str) -> Reference:
    group = text(ref.get("group"))
    return Reference(
        path=path,
        kind=KindKey("" if group == "core" else group, text(ref.get("kind"))),
        namespace=text(ref.get("namespace")) or home,
        name=text(ref.get("name")),
        placed=bool(text(ref.get("namespace"))),
    )


def _blocks(value: object, path: Path) -> Iterator[NetworkBlock]:
    for i, block in numbered(value):
        excepted = tuple(((*path, i, "except", j), cidr) for j, cidr in numbered_texts(block.get("except")))
        yield NetworkBlock((*path, i, "cidr"), text(block.get("cidr")), excepted)


def selector_words(selector: Fields) -> str:
    """A label selector as people write it: `app=web`, or `any` for one that selects everything."""
    pairs = [f"{key}={value}" for key, value in sorted(labels(selector.get("matchLabels")).items())]
    pairs += [
        " ".join([text(e.get("key")), text(e.get("operator")), *(v for _, v in numbered_texts(e.get("values")))])
        for _, e in numbered(selector.get("matchExpressions"))
    ]
    return ", ".join(pairs) or "any"
