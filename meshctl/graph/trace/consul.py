"""The way of a request between workloads of Consul: upstream, discovery chain, instances, intentions."""

from meshctl.graph.consul.annotations import GATEWAY_SERVICE, PREFIX, UPSTREAMS
from meshctl.graph.consul.chain import Hop, Stage, chains
from meshctl.graph.consul.filters import conditions, holds
from meshctl.graph.consul.injection import consul_injection, dataplanes, is_gateway
from meshctl.graph.consul.instances import instances
from meshctl.graph.consul.intentions import intentions
from meshctl.graph.consul.names import ServiceKey, catalog
from meshctl.graph.consul.pods import ConsulPod, transparent
from meshctl.graph.consul.protocols import protocols
from meshctl.graph.consul.requests import Request, fits
from meshctl.graph.fields import text
from meshctl.graph.injection import injection
from meshctl.graph.kinds.consul import ServiceRouter, entry_number
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.othermeshes import speaks_of_consul
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.consulbypass import go_past
from meshctl.graph.trace.leg import ABSENT, Leg
from meshctl.graph.trace.parties import Party
from meshctl.graph.trace.resolution import full_name
from meshctl.graph.workloads import top_owner

_LOOPBACK = ("localhost", "127.0.0.1")
_VIRTUAL = ".virtual.consul"
_EXCLUDED = f"{PREFIX}transparent-proxy-exclude-outbound-ports"
_LONGEST = 50


def is_consuls(mesh: MeshGraph, workload: Workload) -> bool:
    """Whether what a workload sends is a matter of Consul and not of Istio."""
    return speaks_of_consul(mesh, workload) and not workload.proxy and not injection(mesh).decide(workload).injected


def follow(leg: Leg, party: Party, workload: Workload, call: Call) -> Call:
    """The whole way. Returns the request with its port."""
    pod = ConsulPod(leg.mesh, workload, consul_injection(leg.mesh).decide(workload))
    service = None
    if is_gateway(workload):
        leg.passes("client", f"{party.name} is a gateway of Consul.", workload)
        service = _named(leg.mesh, pod, call)
    elif not pod.decision.injected and not dataplanes(workload):
        leg.note("client", f"{party.name} has no sidecar of Consul. {pod.decision.reason}", workload)
    elif call.host in _LOOPBACK:
        service = _upstream(leg, party, pod, call)
    else:
        service = _virtual(leg, party, pod, call)
    if service is None:
        if not leg.outcomes:
            go_past(leg, workload, call)
        return call.changed(port=call.port or 80)
    request = Request(call.method, call.path, call.headers, call.query)
    own = workload.pod_annotations.get(GATEWAY_SERVICE) or next(iter(pod.registered), workload.name)
    source = catalog(leg.mesh).named(workload.namespace, "", own)
    if source is not None:
        _go(leg, source, service, chains(leg.mesh).start(service), request, _LONGEST)
    return call.changed(port=call.port or 80)


def _upstream(leg: Leg, party: Party, pod: ConsulPod, call: Call) -> ServiceKey | None:
    """What a port of the pod itself leads to."""
    path = pod.annotation(UPSTREAMS)
    found = next((u for u in pod.upstreams if u.port == (call.port or 80) and not u.problem), None)
    if found is None:
        said = f"No upstream of {party.name} is on port {call.port or 80}: the connection is refused."
        leg.fails("host", said, pod.workload, path, status=None, flag="UF", fix="Its upstreams are in the annotation.")
        return None
    key = catalog(leg.mesh).named(pod.workload.namespace, found.namespace, found.name) if found.name else None
    if key is None or found.beyond:
        leg.passes("host", f"{call.host}:{found.port} is the upstream {found.text!r}.", pod.workload, path)
        leg.depends("host", "Where it leads is known to Consul alone.", pod.workload, path)
        leg.unknown()
        return None
    leg.passes("host", f"{call.host}:{found.port} is service {key} of Consul.", pod.workload, path)
    return key


def _virtual(leg: Leg, party: Party, pod: ConsulPod, call: Call) -> ServiceKey | None:
    """What a name leads to whose connections are redirected; None where the sidecar does not take them."""
    redirected = transparent(leg.mesh, pod)
    excluded = pod.workload.pod_annotations.get(_EXCLUDED, "")
    past = "transparent proxy is off, and it is no upstream" if redirected and not redirected[0] else ""
    if not past and str(call.port or 80) in [port.strip() for port in excluded.split(",")]:
        past = f"{_EXCLUDED} leaves out port {call.port or 80}"
    if past:
        leg.note("client", f"{party.name} has the sidecar of Consul, which does not take this: {past}.", pod.workload)
        return None
    key = _named(leg.mesh, pod, call)
    if key is None:
        return None
    leg.passes("client", f"{party.name} has the sidecar of Consul. {pod.decision.reason}", pod.workload)
    leg.passes("host", f"{call.host} is service {key} of Consul.")
    return key


def _named(mesh: MeshGraph, pod: ConsulPod, call: Call) -> ServiceKey | None:
    if call.host.endswith(_VIRTUAL):
        return catalog(mesh).named(pod.workload.namespace, "", call.host.removesuffix(_VIRTUAL).partition(".")[0])
    name, _, rest = full_name(mesh, call.host, pod.workload.namespace).partition(".")
    place = rest.partition(".")[0]
    service = mesh.get(Service, place, name)
    if service is None:
        return None
    # A pod may be called otherwise than its Service.
    key = catalog(mesh).named(place, "", name)
    return key if key in instances(mesh) or key is None else _renamed(mesh, service) or key


def _renamed(mesh: MeshGraph, service: Service) -> ServiceKey | None:
    return next((key for key, pods in instances(mesh).items() for pod in pods if service in pod.services), None)


def _go(leg: Leg, source: ServiceKey, asked: ServiceKey, stage: Stage, request: Request, left: int) -> None:
    """On from a stage of the discovery chain."""
    hops = [hop for hop in chains(leg.mesh).hops(stage) if hop.step != "failover"]
    if left == 0:
        hop = hops[0]
        leg.fails("route", f"{stage.service} leads back to itself: Consul refuses this.", hop.source, hop.path)
        return
    if stage.kind != "instances" and not (protocol := protocols(leg.mesh).of(stage.service)).has_requests:
        entry = hops[0].source
        text = (
            f"{entry.id} is refused, for the protocol of {stage.service} is {protocol.name}: what counts is not known."
        )
        leg.depends("route", text, entry, ("metadata", "name"), fix=f"Give {stage.service} the protocol http.")
        leg.unknown()
        return
    if stage.kind == "splits":
        for hop in hops:
            weight = entry_number(hop.weight) or 0.0
            if weight > 0:
                part = leg.split(leg.share * weight / 100, str(hop.to.subset or hop.to.service))
                part.passes("route", f"{weight:g} % go to {_called(hop.to)}.", hop.source, hop.path)
                _go(part, source, asked, hop.to, request, left - 1)
        return
    if not hops:
        _arrive(leg, source, stage, request)
        return
    hop = _routed(leg.mesh, stage, hops, request) if stage.kind == "routes" else hops[0]
    leg.passes("route", f"{_why(hop)}: on to {_called(hop.to)}.", hop.source, hop.path)
    _go(leg, source, asked, hop.to, request, left - 1)


def _why(hop: Hop) -> str:
    match hop.step:
        case "route":
            return f"Route {int(hop.path[2]) + 1} is for it"
        case "default route":
            return "No route is for it"
        case "redirect":
            return f"{hop.source.id} redirects it"
    return "It asks for no subset"


def _called(stage: Stage) -> str:
    return f"subset {stage.subset} of {stage.service}" if stage.subset else str(stage.service)


def _routed(mesh: MeshGraph, stage: Stage, hops: list[Hop], request: Request) -> Hop:
    """The step of the first route that is for the request."""
    router: ServiceRouter = chains(mesh).routers[stage.service]
    steps = {hop.path: hop for hop in hops}
    for _, http, destination in router.routes:
        if destination.path in steps and fits(http, request):
            return steps[destination.path]
    return hops[-1]


def _arrive(leg: Leg, source: ServiceKey, stage: Stage, request: Request) -> None:
    """At the instances of a service, or of a subset of it."""
    mesh, key = leg.mesh, stage.service
    resolver, pods = chains(mesh).resolvers.get(key), instances(mesh).get(key, ())
    if stage.subset and resolver is not None and stage.subset not in resolver.subsets:
        said = f"{resolver.id} has no subset {stage.subset}, so that Consul refuses what names it."
        leg.depends("subset", said, resolver, ("spec", "subsets"), fix=f"Add the subset {stage.subset}.")
        leg.unknown()
        return
    if stage.subset and resolver is not None:
        filter = text(resolver.subsets[stage.subset].get("filter"))
        if (wanted := conditions(filter)) is not None:
            pods = tuple(pod for pod in pods if all(holds(each, pod.workload) is not False for each in wanted))
        said = f"Subset {stage.subset} are those with {filter}." if filter else f"Subset {stage.subset} is all of them."
        leg.passes("subset", said, resolver, ("spec", "subsets", stage.subset))
    if not pods and not catalog(mesh).has_instances(key) and key in protocols(mesh).defaults:
        leg.served(f"{key}, outside the cluster", (protocols(mesh).defaults[key],))
        return
    if not pods:
        missing = Missing("workload", str(key), Workload.KINDS, key.namespace)
        said = f"A pod of {_called(stage)} {ABSENT}: 503."
        leg.lacks("endpoints", missing, said, resolver, flag="UH", fix=f"Look at the pods of {key}.")
        return
    owners = tuple(dict.fromkeys(top_owner(mesh, pod.workload) for pod in pods))
    names = ", ".join(str(one.id) for one in owners)
    leg.passes("endpoints", f"{names} {'answers' if len(owners) == 1 else 'answer'}.", owners[0])
    _ask(leg, source, key, request, owners, names)


def _ask(
    leg: Leg, source: ServiceKey, key: ServiceKey, request: Request, owners: tuple[Workload, ...], names: str
) -> None:
    """Whether intentions let it in."""
    has_requests = protocols(leg.mesh).of(key).has_requests
    verdict = intentions(leg.mesh).allows(source, key, request if has_requests else None)
    who = str(verdict.intentions.id) if verdict.intentions else "The default, for no intention is for the two,"
    if verdict.allowed is None:
        said = f"Whether {source} may call {key} is not known: no intention is for the two."
        leg.depends("access", said, fix=f"Add ServiceIntentions for {key}.")
    elif not verdict.allowed:
        status = 403 if has_requests else None
        ending = "403" if status else "the connection is cut"
        fix = f"Add {source} with action: allow to the sources of the ServiceIntentions for {key}."
        said = f"{who} denies {source} calls to {key}: {ending}."
        leg.fails("access", said, verdict.intentions, verdict.path, status=status, flag="RBAC", fix=fix)
        return
    else:
        leg.passes("access", f"{who} allows {source} calls to {key}.", verdict.intentions, verdict.path)
    if verdict.tokens:
        leg.depends("token", f"It needs a token of {' or '.join(verdict.tokens)}.", verdict.intentions, ("spec",))
    leg.passes("tls", "The sidecars of Consul talk mutual TLS.")
    leg.served(names, owners)
