"""A pod lists an upstream that is no service of Consul.

Why: Envoy listens on the port that the pod was given and has nobody to send requests to: every connection fails.

Example:
    consul.hashicorp.com/connect-service-upstreams: "databse:5432"   # database

Fix: write the name that the service has in Consul: that of its Service of Kubernetes or of its annotation
connect-service, without a namespace.

Silent when: a Service, a pod, a Registration, or any of ServiceDefaults, ServiceResolver, ServiceRouter and
ServiceSplitter has the name; or the service is one of a peer, another datacenter, or a prepared query. What is
registered past Kubernetes is not known here: `assumePresent` in the configuration says so.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import DECLARING, SEEN, UPSTREAMS, catalog, consul_namespaces, consul_pods


@analyzer("CSL108", "consul-upstream-unknown", Severity.WARNING, reads=SEEN, absent=DECLARING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for pod in consul_pods(mesh):
        for upstream in pod.upstreams:
            key = names.named(pod.workload.namespace, upstream.namespace, upstream.name)
            if upstream.problem or not upstream.name or upstream.beyond or key is None or names.knows(key):
                continue
            dotted = upstream.is_dotted and not consul_namespaces(mesh).known
            first = upstream.name.partition(".")[0]
            near = names.nearest(key)
            yield Claim(
                pod.workload,
                pod.annotation(UPSTREAMS),
                f"Service {key} of Consul {ABSENT}: connections to port {upstream.port} of these pods fail."
                + (" Without namespaces of Consul Enterprise, the dots are part of the name." if dotted else ""),
                fix=(f"Write {first}:{upstream.port}." if dotted else None)
                or (f"Did you mean {near}?" if near else "Write the name that the service has in Consul."),
                absent=names.missing(key),
            )
