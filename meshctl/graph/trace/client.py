"""The client's side: whether a proxy takes its requests, and which port it lets past."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from meshctl.graph.ambient import MODE
from meshctl.graph.fields import text
from meshctl.graph.injection import injection
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.mtls.clients import Client
from meshctl.graph.mtls.servers import ways
from meshctl.graph.proxied import injected_proxy, injector
from meshctl.graph.trace.filters import tell_filters
from meshctl.graph.trace.leg import Leg
from meshctl.graph.trace.parties import Party
from meshctl.graph.view import View
from meshctl.graph.viewpoint.viewer import GATEWAY, SIDECAR, Viewer
from meshctl.graph.webhooks import INJECT, INJECTION, REVISION
from meshctl.model.paths import Path

Way = Literal["sidecar", "ambient", "gateway", "passing", "none"]
_TRAFFIC = "traffic.sidecar.istio.io/"


class Caller(Struct, frozen=True):
    """Whoever sends the request on at one point of its way: the client, or a gateway. `viewer` is what it is told.

    One that is `passing` has a proxy that does not know the host and lets everything out as it is.
    """

    way: Way
    namespace: str
    name: str
    viewer: Viewer
    workload: Workload | None = None
    known_account: str = ""

    @property
    def as_client(self) -> Client:
        """The same for the questions about mutual TLS."""
        way = "none" if self.way == "passing" else self.way
        return Client(self.namespace, way, self.viewer.labels, self.name)

    @property
    def account(self) -> str:
        """The name of its service account; empty where it is not known."""
        if self.workload is None:
            return self.known_account
        return self.workload.service_account

    @property
    def is_routed(self) -> bool:
        """Whether a proxy chooses where its requests go."""
        return self.way in ("sidecar", "gateway")


def caller_of(leg: Leg, party: Party, workload: Workload, port: int | None) -> Caller:
    """The workload as a caller, and the steps that say how it takes part."""
    mesh = leg.mesh
    way = _way(leg, party, workload)
    if way == "sidecar" and port is not None and (past := _let_past(mesh, workload, port)):
        said, subject, path = past
        leg.note("client", f"{said}: the request goes past the proxy.", subject, path)
        way = "none"
    if way == "sidecar":
        tell_filters(leg, "client", "SIDECAR_OUTBOUND", workload.namespace, workload.pod_labels)
    viewer = Viewer(mesh, workload.namespace, SIDECAR, workload.pod_labels)
    return Caller(way, workload.namespace, party.name, viewer, workload)


def gateway_caller(
    mesh: MeshGraph, namespace: str, name: str, workload: Workload | None, labels: Mapping[str, str]
) -> Caller:
    """The pods of a gateway as a caller."""
    carried = workload.pod_labels if workload else labels
    return Caller("gateway", namespace, name, Viewer(mesh, namespace, GATEWAY, carried), workload)


def _way(leg: Leg, party: Party, workload: Workload) -> Way:
    mesh, who = leg.mesh, party.name
    decision = injection(mesh).decide(workload)
    subject, path = _decider(mesh, workload)
    running = [pod for pod in party.pods if pod.is_created]
    having = [pod for pod in running if injected_proxy(pod)]
    found = ways(mesh)(having[0] if having else running[0] if running else workload)
    if having and len(having) < len(running):
        text = f"{len(having)} of {len(running)} pods of {who} have a sidecar, the others send past the mesh."
        fix = "Restart the workload, so that all of its pods are alike."
        lacking = next(pod for pod in running if pod not in having)
        leg.depends("client", text, lacking, ("metadata", "name"), fix=fix)
        return "sidecar"
    if found == "gateway":
        leg.passes("client", f"{who} is a gateway.", workload)
        return "gateway"
    if found == "ambient":
        leg.passes("client", f"{who} is in ambient mode: ztunnel takes its connections.", subject, path)
        return "ambient"
    if found == "sidecar":
        carried = f"{who} carries its proxy in the manifest." if not running and not decision.injected else ""
        leg.passes("client", carried or f"{who} has a sidecar. {decision.reason}", subject, path)
        return "sidecar"
    if found == "unknown":
        fix = f"Add the Namespace {workload.namespace} to the files."
        leg.depends("client", f"Whether {who} has a sidecar is not known. {decision.reason}", workload, fix=fix)
        return "sidecar"
    more = " Its pods are older than what asks for one." if running and decision.injected else ""
    why = f"{who} has no sidecar, so that no route, subset or policy of the mesh is used for what it sends."
    leg.note("client", f"{why} {'' if more else decision.reason}{more}".strip(), subject, path)
    return "none"


def _decider(mesh: MeshGraph, workload: Workload) -> tuple[View, Path]:
    """The label that says whether a workload takes part, the pod's before that of the namespace."""
    for key in (INJECT, REVISION, MODE):
        if key in workload.pod_labels:
            return workload, workload.pod_field("metadata", "labels", key)
    place = mesh.get(Namespace, "", workload.namespace)
    for key in (INJECTION, REVISION, MODE):
        if place is not None and key in place.labels:
            return place, ("metadata", "labels", key)
    return (place, ("metadata", "name")) if place else (workload, ("metadata", "name"))


def _let_past(mesh: MeshGraph, workload: Workload, port: int) -> tuple[str, View, Path] | None:
    """Why the proxy does not take connections to a port: a sentence, and the field that says so."""
    key = f"{_TRAFFIC}excludeOutboundPorts"
    said = workload.pod_annotations.get(key)
    if said is not None:
        path = workload.pod_field("metadata", "annotations", key)
        return (f"The annotation {key} leaves out port {port}", workload, path) if _names(said, port) else None
    installed = injector(mesh, workload)
    if installed and _names(text(installed.proxy.get("excludeOutboundPorts")), port):
        return f"excludeOutboundPorts of the installation leaves out port {port}", installed.source, ()
    return None


def _names(ports: str, port: int) -> bool:
    return str(port) in {part.strip() for part in ports.split(",")}
