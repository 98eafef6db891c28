"""What the services of Consul are called, and who declares them."""

from collections.abc import Iterator
from typing import NamedTuple

from meshctl.graph.consul.annotations import GATEWAY_SERVICE, PREFIX
from meshctl.graph.consul.injection import is_gateway
from meshctl.graph.consul.installation import SEEN
from meshctl.graph.consul.namespaces import Namespacing, consul_namespaces
from meshctl.graph.consul.pods import consul_pods
from meshctl.graph.fields import text
from meshctl.graph.kinds.consul import (
    EVERY,
    IngressGateway,
    Reference,
    Registration,
    ServiceDefaults,
    ServiceResolver,
    ServiceRouter,
    ServiceSplitter,
    TerminatingGateway,
)
from meshctl.graph.kinds.consulentry import ConsulEntry
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.nearest import Names
from meshctl.graph.view import View

DECLARING: tuple[type[View], ...] = (
    Service,
    Workload,
    ServiceDefaults,
    ServiceResolver,
    ServiceRouter,
    ServiceSplitter,
    Registration,
    IngressGateway,
    TerminatingGateway,
    KubernetesGateway,
)
"""The kinds any of which can make the name of a service known."""

_OWN = ("consul",)
"""The services that Consul registers of itself."""


class ServiceKey(NamedTuple):
    """A service: its name and, where namespaces of Kubernetes are namespaces of Consul, that of its namespace."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Catalog:
    """The services that something in the input declares."""

    def __init__(self, namespacing: Namespacing, instances: Iterator[tuple[str, str]], entries: Iterator[View]) -> None:
        """`instances` are namespace and name of what has instances, `entries` what else makes a name known."""
        self._namespacing = namespacing
        self._instances = frozenset(ServiceKey(self.place(home), name) for home, name in instances)
        self._keys = self._instances.union(self.own(entry) for entry in entries)
        self._names: Names | None = None

    def place(self, namespace: str) -> str:
        """The namespace of Consul for one of Kubernetes; empty where they are all in one."""
        return namespace if self._namespacing.mirrored else ""

    def own(self, entry: View) -> ServiceKey:
        """The service of an entry's own name."""
        return ServiceKey(self.place(entry.namespace), entry.name)

    def key(self, entry: ConsulEntry, reference: Reference) -> ServiceKey | None:
        """The service that an entry refers to; None for one that nothing here can know of, or a pattern."""
        if reference.beyond:
            return None
        return self.named(entry.namespace, reference.namespace, reference.name or entry.name)

    def named(self, home: str, namespace: str, name: str) -> ServiceKey | None:
        """The service that a resource of a namespace of Kubernetes means by a name and perhaps a namespace."""
        if name == EVERY or namespace == EVERY:
            return None
        if not self._namespacing.mirrored:
            return ServiceKey("", name) if namespace in ("", "default") else None
        prefix = self._namespacing.prefix
        if namespace and not namespace.startswith(prefix):
            return None
        return ServiceKey(namespace.removeprefix(prefix) or home, name)

    def knows(self, key: ServiceKey) -> bool:
        """Whether something declares it."""
        return key in self._keys or key.name in _OWN

    def has_instances(self, key: ServiceKey) -> bool:
        """Whether it is more than a name in Consul's configuration: something answers for it."""
        return key in self._instances or key.name in _OWN

    def nearest(self, key: ServiceKey) -> str | None:
        """The name that was probably meant."""
        if self._names is None:
            self._names = Names(known.name for known in self._keys)
        return self._names.nearest(key.name)

    def missing(self, key: ServiceKey) -> Missing:
        """The absence of a service, which anything in any namespace could declare."""
        return Missing("service", str(key), tuple(kind for view in DECLARING for kind in view.KINDS), key.namespace)


@index(*SEEN)
def catalog(mesh: MeshGraph) -> Catalog:
    """The services of the mesh."""
    views = (
        *(ServiceDefaults, ServiceResolver, ServiceRouter, ServiceSplitter),
        *(IngressGateway, TerminatingGateway, KubernetesGateway),
    )
    entries = (entry for view in views for entry in mesh.all(view))
    return Catalog(consul_namespaces(mesh), _instances(mesh), entries)


@index(*SEEN)
def registrations(mesh: MeshGraph) -> frozenset[ServiceKey]:
    """The services of which instances are registered by hand."""
    names = catalog(mesh)
    named = ((entry, text(entry.service.get("name"))) for entry in mesh.all(Registration))
    found = (names.named(entry.namespace, text(entry.service.get("namespace")), name) for entry, name in named)
    return frozenset(key for key in found if key)


def _instances(mesh: MeshGraph) -> Iterator[tuple[str, str]]:
    for service in mesh.all(Service):
        yield service.namespace, service.annotations.get(f"{PREFIX}service-name", service.name)
    for pod in consul_pods(mesh):
        yield from ((pod.workload.namespace, name) for name in pod.registered)
    for registration in mesh.all(Registration):
        # It is of no namespace of Kubernetes, but may name one of Consul.
        namespace = text(registration.service.get("namespace")) or "default"
        yield namespace.removeprefix(consul_namespaces(mesh).prefix), text(registration.service.get("name"))
    for workload in mesh.all(Workload):
        if is_gateway(workload):
            yield workload.namespace, workload.pod_annotations.get(GATEWAY_SERVICE, workload.name)
