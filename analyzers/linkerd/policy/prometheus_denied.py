"""Pods refuse everybody by default, and the Prometheus of Linkerd's viz extension with them.

Why: with the inbound policy `deny`, also the port of the proxy at which metrics are read (4191, linkerd-admin) is
closed. Dashboards and `linkerd viz stat` then show nothing of these pods.

Example:
    kind: Namespace
    metadata:
      name: shop
      annotations:
        linkerd.io/inject: enabled
        config.linkerd.io/default-inbound-policy: deny

Fix: add a Server for the port linkerd-admin and a policy that lets in the ServiceAccount of Prometheus, as `linkerd viz
allow-scrapes` prints them.

Silent when: the viz extension is not in the input (a Namespace with `linkerd.io/extension: viz`), or a Server is for
that port of the pods and anybody is let in.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
)
from meshctl.analysis.api.linkerd import (
    ADMIN_PORT,
    CONFIG,
    EXTENSION,
    ExternalWorkload,
    GatewayRoute,
    LinkerdAuthorizationPolicy,
    LinkerdServer,
    ServerAuthorization,
    meshed_workloads,
    permissions,
    servers_by_port,
    told,
)

_DEFAULT_POLICY = f"{CONFIG}default-inbound-policy"


@analyzer(
    "LKD315",
    "linkerd-metrics-denied",
    Severity.WARNING,
    reads=(
        Namespace,
        Workload,
        ExternalWorkload,
        LinkerdServer,
        LinkerdAuthorizationPolicy,
        ServerAuthorization,
        GatewayRoute,
        ConfigMap,
        MutatingWebhookConfiguration,
    ),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if not any(namespace.labels.get(EXTENSION) == "viz" for namespace in mesh.all(Namespace)):
        return
    seen = set()
    for workload, _ in meshed_workloads(mesh):
        policy = told(mesh, workload, _DEFAULT_POLICY)
        if policy is None or policy.value != "deny" or policy.subject.id in seen or _is_open(mesh, workload):
            continue
        seen.add(policy.subject.id)
        yield Claim(
            policy.subject,
            policy.path,
            f"Nobody may read the metrics of {workload.id}: by default it refuses everybody, also the Prometheus of"
            " Linkerd's viz extension.",
            fix="Add a Server for the port linkerd-admin with a policy for Prometheus: `linkerd viz allow-scrapes`"
            " prints them.",
        )


def _is_open(mesh: MeshGraph, workload: Workload) -> bool:
    server = servers_by_port(mesh).of(workload, ADMIN_PORT)
    return server is not None and (server.access != "deny" or permissions(mesh).any_for(server))
