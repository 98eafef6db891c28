"""Differences between resources and proxies: which resource of the input each is about."""

from collections.abc import Iterator, Mapping

from meshctl.graph.kinds.core import ConfigMap, Namespace, Node, Service
from meshctl.graph.kinds.discovery import EndpointSlice
from meshctl.graph.kinds.envoyfilter import EnvoyFilter
from meshctl.graph.kinds.networking import DestinationRule, Gateway, ServiceEntry, Sidecar, VirtualService
from meshctl.graph.kinds.policy import AuthorizationPolicy, PeerAuthentication, RequestAuthentication
from meshctl.graph.kinds.workload import Pod
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.proxies import pod_of
from meshctl.graph.view import View
from meshctl.model.difference import Difference, Hop, Sort
from meshctl.model.paths import Path
from meshctl.model.proxystate import ProxyState

DRIFTING: tuple[type[View], ...] = (
    VirtualService,
    DestinationRule,
    Gateway,
    ServiceEntry,
    Sidecar,
    PeerAuthentication,
    AuthorizationPolicy,
    RequestAuthentication,
    Service,
    EndpointSlice,
    Pod,
)
"""The kinds that differences are about: a check that asks `drifted_subject` reads them."""

COMPARED: tuple[type[View], ...] = (*DRIFTING, ConfigMap, EnvoyFilter, Namespace, Node)
"""The kinds that drift is found from."""


@index(*DRIFTING)
def drifting(mesh: MeshGraph) -> Mapping[tuple[str, str, str, str], View]:
    """Everything that can drift, by (group, kind, namespace, name)."""
    return {view.id[1:]: view for kind in DRIFTING for view in reversed(mesh.all(kind))}


def drifted_subject(mesh: MeshGraph, found: Difference) -> tuple[View, Path]:
    """The resource that asks for what drifted, with the field; the first pod where no resource of the input does."""
    known = drifting(mesh)
    if found.resource is not None and (view := known.get(found.resource[1:])) is not None:
        return view, found.path or ("metadata", "name")
    pod, _, namespace = found.proxies[0].rpartition(".")
    return pod_of(mesh, ProxyState("", namespace, pod)), ("metadata", "name")


def drifted(mesh: MeshGraph, sort: Sort, *hops: Hop) -> Iterator[Difference]:
    """The differences of a sort that were lost at one of these hops, at any where none is named; explained ones not."""
    for found in mesh.facts.differences:
        if found.sort is sort and found.explained is None and (not hops or found.hop in hops):
            yield found
