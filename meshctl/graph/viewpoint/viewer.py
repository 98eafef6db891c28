"""Whose configuration is looked at: proxies that get the same from their control plane."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from meshctl.graph.clientrules import client_rules
from meshctl.graph.fields import labels, numbered
from meshctl.graph.hostnames import fqdn
from meshctl.graph.kinds.networking import DestinationRule, Sidecar, VirtualService
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config

SIDECAR = "sidecar"
GATEWAY = "router"


@dataclass(frozen=True, eq=False)
class Viewer:
    """All proxies of one workload: `kind` is sidecar or router, `labels` are those of the pods.

    `cache` may be shared by workloads that are told the same about other hosts.
    """

    mesh: MeshGraph
    namespace: str
    kind: str
    labels: Mapping[str, str]
    interception: str = ""
    cache: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def is_sidecar(self) -> bool:
        """True for the proxy of an application, false for a gateway."""
        return self.kind == SIDECAR

    @property
    def root(self) -> str:
        """The namespace whose policies are for the whole mesh."""
        return mesh_config(self.mesh).root_namespace

    @property
    def domain(self) -> str:
        """The domain of the cluster's Services."""
        return self.mesh.settings.cluster_domain

    def fqdn(self, host: str, namespace: str) -> str:
        """A host with the namespace and domain filled in."""
        return fqdn(host, namespace, self.domain)

    def may_see(self, scopes: tuple[str, ...]) -> bool:
        """Whether something exported to these namespaces is for these proxies."""
        return "*" in scopes or self.namespace in scopes

    def rules(self, host: str, home: str) -> tuple[DestinationRule, ...]:
        """The DestinationRules for an FQDN whose Service is in the namespace `home`, the one that counts first."""
        homes = (home,) if home else ()
        return client_rules(self.mesh).in_force(self.namespace, host, homes, self.labels)


@index(VirtualService, DestinationRule, Sidecar)
def deciding_labels(mesh: MeshGraph) -> frozenset[str]:
    """The labels by which VirtualServices, DestinationRules and Sidecars choose the proxies that they are for."""
    found: set[str] = set()
    for rule in mesh.all(DestinationRule):
        found.update(rule.client_labels or ())
    for sidecar in mesh.all(Sidecar):
        found.update(sidecar.selector)
    for source in mesh.all(VirtualService):
        for protocol in ("http", "tls", "tcp"):
            for _, route in numbered(source.spec.get(protocol)):
                for _, match in numbered(route.get("match")):
                    found.update(labels(match.get("sourceLabels")))
    return frozenset(found)
