"""Ambient mode: whether a waypoint is on the way to a Service, and what is not used where none is."""

from meshctl.graph.ambientmesh.waypoints import TRAFFIC, traffic, waypoints
from meshctl.graph.deployedgateways import GATEWAY_NAME
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.entries import account_of
from meshctl.graph.trace.leg import Leg
from meshctl.graph.trace.meshrouting import routes_of_service
from meshctl.graph.trace.resolution import Meaning
from meshctl.graph.trace.routes import service_of_host
from meshctl.graph.viewpoint.provided import ProvidedPort
from meshctl.graph.viewpoint.viewer import SIDECAR, Viewer
from meshctl.graph.workloads import workloads


def waypoint_of(leg: Leg, service: Service) -> KubernetesGateway | None:
    """The waypoint on the way to a Service, with the step that says so."""
    mesh = leg.mesh
    asked = waypoints(mesh).of(service)
    if asked is None:
        return None
    gateway = asked.gateway
    if gateway is None:
        missing = Missing("waypoint", asked.full_name, KubernetesGateway.KINDS, asked.namespace)
        if mesh.absence_is_proven(missing):
            said = f"The waypoint {asked.full_name} does not exist: the request goes on without one."
            leg.note("waypoint", said, asked.subject, asked.path)
        else:
            said = f"The waypoint {asked.full_name} is not in what was read: what it decides is not known."
            leg.depends("waypoint", said, asked.subject, asked.path, fix="Add the Gateway to the input.")
        return None
    kind = traffic(mesh, gateway)
    if kind not in ("service", "all"):
        said = f"{gateway.id} is a waypoint for {kind} alone, so that requests to Services go past it."
        path = ("metadata", "labels", TRAFFIC) if TRAFFIC in gateway.labels else ("spec", "gatewayClassName")
        leg.note("waypoint", said, gateway, path)
        return None
    leg.passes("waypoint", f"ztunnel sends it to the waypoint {gateway.full_name}.", asked.subject, asked.path)
    return gateway


def caller_at_waypoint(mesh: MeshGraph, gateway: KubernetesGateway) -> Caller:
    """The waypoint as the one that sends the request on."""
    made = workloads(mesh).selected_by({GATEWAY_NAME: gateway.name}, gateway.namespace)
    viewer = Viewer(mesh, gateway.namespace, SIDECAR, made[0].pod_labels if made else {GATEWAY_NAME: gateway.name})
    return Caller("gateway", gateway.namespace, str(gateway.id), viewer, made[0] if made else None, account_of(gateway))


def not_used(leg: Leg, caller: Caller, found: Meaning, port: ProvidedPort) -> None:
    """Routes that nobody looks at, for no proxy on the way reads requests."""
    routes = routes_of_service(leg.mesh, found.source, caller.namespace, port.number, ("GRPCRoute", "HTTPRoute"))
    source = service_of_host(Leg(leg.mesh), caller.viewer, found.host, port.number)
    for view in (*routes[:1], *([source] if source else [])):
        why = "there is no waypoint" if caller.way == "ambient" else "the client has no proxy"
        leg.note("route", f"{view.id} is for this host and is not used: {why}.", view)
