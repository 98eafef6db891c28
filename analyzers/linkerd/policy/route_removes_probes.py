"""A route on a Server of Linkerd takes the probes of Kubernetes away.

Why: as long as no route is attached to a Server, Linkerd lets the kubelet ask for the paths of the probes. The first
route ends that: from then on a request needs a route that takes it and a policy that allows it, and the kubelet has no
identity. Probes fail, pods are restarted or get no traffic.

Example:
    kind: HTTPRoute
    spec:
      parentRefs: [{group: policy.linkerd.io, kind: Server, name: web-http}]
      rules:
      - matches: [{path: {value: /api}}]   # and the readinessProbe asks for /ready

Fix: attach a route for the paths of the probes, with an AuthorizationPolicy that demands a NetworkAuthentication alone.

Silent when: a route takes the path and lets in clients without identity; the probe is none of HTTP or for another port.
Regular expressions are taken to fit.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, Workload, analyzer
from meshctl.analysis.api.linkerd import (
    SERVER,
    ExternalWorkload,
    GatewayRoute,
    LinkerdAuthorizationPolicy,
    LinkerdServer,
    ServerAuthorization,
    refused_probes,
)


@analyzer(
    "LKD316",
    "linkerd-route-removes-probes",
    Severity.WARNING,
    reads=(
        LinkerdServer,
        LinkerdAuthorizationPolicy,
        ServerAuthorization,
        GatewayRoute,
        Workload,
        ExternalWorkload,
    ),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for refused in refused_probes(mesh):
        parent = next(p for p in refused.route.parents if p.kind == SERVER and p.name == refused.server.name)
        why = "no route takes it" if not refused.routed else "no policy allows it without an identity"
        yield Claim(
            refused.route,
            (*parent.path, "name"),
            f"With a route on Server {refused.server.name}, the kubelet may no longer ask {refused.workload.id} for"
            f" {refused.probe.url}: {why}, so the probe fails.",
            fix=f"Attach a route for {refused.probe.url} to the Server, with a policy that demands a"
            " NetworkAuthentication alone.",
            related=(Also(refused.workload, refused.probe.path, "the probe"),),
        )
