"""All kinds that have rules, and what the rules say about all resources of one."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from meshctl.graph.kinds.envoyfilter import EnvoyFilter
from meshctl.graph.kinds.extensions import TrafficExtension, WasmPlugin
from meshctl.graph.kinds.machine import WorkloadEntry, WorkloadGroup
from meshctl.graph.kinds.networking import DestinationRule, Gateway, ProxyConfig, ServiceEntry, Sidecar, VirtualService
from meshctl.graph.kinds.policy import AuthorizationPolicy, PeerAuthentication, RequestAuthentication, Telemetry
from meshctl.graph.mesh import Index, MeshGraph
from meshctl.graph.validation.authentication import peer_authentication, request_authentication
from meshctl.graph.validation.authorizationpolicy import authorization_policy
from meshctl.graph.validation.destinationrule import destination_rule
from meshctl.graph.validation.envoyfilter import envoy_filter
from meshctl.graph.validation.extensions import traffic_extension, wasm_plugin
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.gateway import gateway
from meshctl.graph.validation.serviceentry import service_entry
from meshctl.graph.validation.sidecar import sidecar
from meshctl.graph.validation.telemetry import telemetry
from meshctl.graph.validation.virtualservice import virtual_service
from meshctl.graph.validation.workloads import proxy_config, workload_entry, workload_group
from meshctl.graph.view import View

V = TypeVar("V", bound=View)

Faults = tuple[tuple[View, Fault], ...]


def _faults(kind: type[V], rules: Callable[[V], Iterator[Fault]]) -> Index[Faults]:
    def build(mesh: MeshGraph) -> Faults:
        return tuple((view, fault) for view in mesh.all(kind) for fault in rules(view))

    build.__doc__ = f"What Istio refuses or advises against in each {kind.__name__}."
    return Index((kind,), build)


FAULTS: dict[type[View], Index[Faults]] = {
    AuthorizationPolicy: _faults(AuthorizationPolicy, authorization_policy),
    DestinationRule: _faults(DestinationRule, destination_rule),
    EnvoyFilter: _faults(EnvoyFilter, envoy_filter),
    Gateway: _faults(Gateway, gateway),
    PeerAuthentication: _faults(PeerAuthentication, peer_authentication),
    ProxyConfig: _faults(ProxyConfig, proxy_config),
    RequestAuthentication: _faults(RequestAuthentication, request_authentication),
    ServiceEntry: _faults(ServiceEntry, service_entry),
    Sidecar: _faults(Sidecar, sidecar),
    Telemetry: _faults(Telemetry, telemetry),
    TrafficExtension: _faults(TrafficExtension, traffic_extension),
    VirtualService: _faults(VirtualService, virtual_service),
    WasmPlugin: _faults(WasmPlugin, wasm_plugin),
    WorkloadEntry: _faults(WorkloadEntry, workload_entry),
    WorkloadGroup: _faults(WorkloadGroup, workload_group),
}
"""By kind: its faults, found once for all checks."""
