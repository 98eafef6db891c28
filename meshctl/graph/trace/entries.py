"""Where outside clients come in: the pods of which Gateway take a request."""

from meshctl.graph.deployedgateways import GATEWAY_NAME, is_waypoint
from meshctl.graph.fields import labels, mapping
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.kubernetesgateway.classes import WITHOUT_ROUTES
from meshctl.graph.lookup import LookupFailed
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.selectors import selector_text
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.gateways import serves
from meshctl.graph.trace.kubernetesgateways import closeness, listenings, speaks
from meshctl.graph.trace.leg import ABSENT, Leg
from meshctl.graph.trace.parties import Party
from meshctl.graph.viewpoint.viewer import GATEWAY, Viewer
from meshctl.graph.workloads import top_owner, workloads


def entry_of(mesh: MeshGraph, party: Party, call: Call) -> Gateway | KubernetesGateway:
    """The Gateway that a client comes in by: the one that is named, else the one for the host. Raises LookupFailed."""
    if party.gateway is not None:
        return party.gateway
    every: list[Gateway | KubernetesGateway] = [*mesh.all(Gateway)]
    every += [g for g in mesh.all(KubernetesGateway) if not is_waypoint(g) and g.class_name not in WITHOUT_ROUTES]
    if not every:
        raise LookupFailed("the input has no Gateway by which an outside client could come in")
    found = [(close, gateway) for gateway in every if (close := _close(mesh, gateway, call))]
    if not found:
        if len(every) > 1:
            raise LookupFailed(f"no Gateway is for {call.domain}: name one of {_names(every)}")
        return every[0]
    best = [gateway for close, gateway in found if close == max(close for close, _ in found)]
    groups = {_pods(mesh, gateway) for gateway in best}
    if len(groups) > 1:
        raise LookupFailed(f"several Gateways are for {call.domain}: name one of {_names(best)}")
    return min(best, key=lambda gateway: gateway.id)


def caller_at(leg: Leg, gateway: Gateway | KubernetesGateway, workload: Workload | None = None) -> Caller | None:
    """The pods of a Gateway as the one that sends requests on; None where there are none, which is the end."""
    mesh = leg.mesh
    if isinstance(gateway, KubernetesGateway):
        return _of_kubernetes(mesh, gateway, workload)
    found = (workload,) if workload else _workloads(mesh, gateway)
    if not found:
        missing = Missing("workload", selector_text(gateway.selector), Workload.KINDS)
        wanted = selector_text(gateway.selector)
        if mesh.absence_is_proven(missing):
            said = f"A workload with {wanted} {ABSENT}: nobody listens for {gateway.id}."
            fix = "Correct the selector, or install the gateway."
            leg.lacks("gateway", missing, said, gateway, ("spec", "selector"), status=None, fix=fix)
            return None
        home = mesh.settings.istio_namespace if "istio" in gateway.selector else gateway.namespace
        said = f"The pods of {gateway.id} ({wanted}) are not in the given files: they are taken to be in {home}."
        leg.note("gateway", said, gateway, ("spec", "selector"))
        name = f"the pods of {gateway.id}"
        return Caller("gateway", home, name, Viewer(mesh, home, GATEWAY, gateway.selector))
    one = found[0]
    return Caller("gateway", one.namespace, str(one.id), Viewer(mesh, one.namespace, GATEWAY, one.pod_labels), one)


def _of_kubernetes(mesh: MeshGraph, gateway: KubernetesGateway, workload: Workload | None) -> Caller:
    made = workloads(mesh).selected_by({GATEWAY_NAME: gateway.name}, gateway.namespace)
    one = workload or (top_owner(mesh, made[0]) if made else None)
    stated = labels(mapping(gateway.spec.get("infrastructure")).get("labels")) or gateway.labels
    carried = one.pod_labels if one else {**stated, GATEWAY_NAME: gateway.name}
    name = str(one.id if one else gateway.id)
    return Caller(
        "gateway", gateway.namespace, name, Viewer(mesh, gateway.namespace, GATEWAY, carried), one, account_of(gateway)
    )


def account_of(gateway: KubernetesGateway) -> str:
    """The service account of the pods that Istio makes for a Gateway."""
    stated = gateway.annotations.get("gateway.istio.io/service-account")
    own = gateway.name if is_waypoint(gateway) else f"{gateway.name}-{gateway.class_name}"
    return stated or gateway.annotations.get("gateway.istio.io/name-override") or own


def _workloads(mesh: MeshGraph, gateway: Gateway) -> list[Workload]:
    found = workloads(mesh).selected_by(gateway.selector) if gateway.selector else ()
    return list(dict.fromkeys(top_owner(mesh, w) for w in found))


def _pods(mesh: MeshGraph, gateway: Gateway | KubernetesGateway) -> object:
    """What Gateways have in common that are served by the same pods."""
    if isinstance(gateway, KubernetesGateway):
        return gateway.id
    return tuple(w.id for w in _workloads(mesh, gateway)) or frozenset(gateway.selector.items())


def _close(mesh: MeshGraph, gateway: Gateway | KubernetesGateway, call: Call) -> int:
    if isinstance(gateway, KubernetesGateway):
        fitting = (one for one in listenings(mesh, gateway) if speaks(one, call))
        return max((closeness(one, call) for one in fitting if call.port in (None, one.listener.port)), default=0)
    return serves(gateway, call)


def _names(gateways: list[Gateway | KubernetesGateway]) -> str:
    kinds = {gateway.id.group for gateway in gateways}
    shown = []
    for gateway in sorted(gateways, key=lambda g: g.id)[:6]:
        kind = f"gateway.{gateway.id.group}" if len(kinds) > 1 else "gateway"
        shown.append(f"{kind}/{gateway.full_name}")
    return ", ".join(shown + ["..."] * (len(gateways) > 6))
