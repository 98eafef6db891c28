"""What becomes of a request that no sidecar of Consul takes at the client's side."""

from meshctl.graph.consul.annotations import PREFIX
from meshctl.graph.consul.injection import consul_injection, dataplanes
from meshctl.graph.consul.names import catalog
from meshctl.graph.consul.pods import ConsulPod, transparent
from meshctl.graph.consul.protocols import protocols
from meshctl.graph.fields import mapping, text
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.leg import Leg
from meshctl.graph.trace.resolution import full_name
from meshctl.graph.workloads import top_owner, workloads

_EXCLUDED = f"{PREFIX}transparent-proxy-exclude-inbound-ports"
_FIELD, _PERMISSIVE = "mutualTLSMode", "permissive"


def go_past(leg: Leg, client: Workload, call: Call) -> None:
    """The cluster's own network leads to any pod of the Service, whose sidecar may take mutual TLS alone."""
    leg.answers = "nobody"
    name, _, rest = full_name(leg.mesh, call.host, client.namespace).partition(".")
    service = leg.mesh.get(Service, rest.partition(".")[0], name)
    if service is None:
        leg.served(f"{call.host}, outside the mesh")
        return
    port = service.ports_by_number.get(call.port or 80)
    if port is None:
        fix = f"Its ports are {', '.join(str(p.number) for p in service.ports) or 'none'}."
        said = f"{service.id} has no port {call.port or 80}: the connection is refused."
        leg.fails("host", said, service, ("spec", "ports"), status=None, flag="UF", fix=fix)
        return
    leg.passes("host", f"{call.host} is {service.id}, port {port.number}.", service, port.path)
    selected = workloads(leg.mesh).selected_by(service.selector, service.namespace) if service.selector else ()
    owners = tuple(dict.fromkeys(top_owner(leg.mesh, one) for one in selected))
    for one in owners:
        if _takes_mutual_alone(leg.mesh, one, str(port.target or port.number)):
            said = f"{one.id} has the sidecar of Consul, which takes mutual TLS alone: the connection is cut."
            fix = f"Bring {client.name} into the mesh, or give the other {_FIELD}: {_PERMISSIVE} in ServiceDefaults."
            leg.fails("server", said, one, one.pod_field("metadata", "annotations"), status=None, flag="UC", fix=fix)
            return
    names = ", ".join(str(one.id) for one in owners)
    leg.note("tls", "Plain bytes are sent: nobody proves who calls.")
    leg.served(names or str(service.id), owners)


def _takes_mutual_alone(mesh: MeshGraph, server: Workload, port: str) -> bool:
    """Whether its connections are redirected to a sidecar that refuses what is not of the mesh."""
    decision = consul_injection(mesh).decide(server)
    pod = ConsulPod(mesh, server, decision)
    redirected = transparent(mesh, pod)
    if not (decision.injected or dataplanes(server)) or not redirected or not redirected[0]:
        return False
    if port in [one.strip() for one in server.pod_annotations.get(_EXCLUDED, "").split(",")]:
        return False
    keys = [catalog(mesh).named(server.namespace, "", name) for name in pod.registered]
    defaults = [protocols(mesh).defaults.get(key) for key in keys if key]
    said = [text(mapping(entry.spec).get(_FIELD)) for entry in (*defaults, protocols(mesh).general) if entry]
    return next((mode for mode in said if mode), "strict") != _PERMISSIVE
