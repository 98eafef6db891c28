"""A Server of Linkerd selects no pod of its namespace, so it does nothing.

Why: a Server is for the pods of its own namespace with its labels. Where there are none, its port keeps the default
policy, and those who wrote policies for the Server believe it protected.

Example:
    kind: Server
    metadata: {name: web-http, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: wep}}   # the pods have app: web
      port: 8080

Fix: write the labels that the pods carry, or move the Server to their namespace.

Silent when: a pod, a pod template or, with externalWorkloadSelector, an ExternalWorkload of the namespace has the
labels; or the Server is one of an extension of Linkerd, some of which wait for pods to come.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, Workload, analyzer
from meshctl.analysis.api.linkerd import ExternalWorkload, LinkerdServer, is_linkerds_own, no_pods, server_pods


@analyzer(
    "LKD301",
    "linkerd-server-selects-nothing",
    Severity.WARNING,
    reads=(LinkerdServer, Workload, ExternalWorkload),
    absent=(Workload, ExternalWorkload),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for server in mesh.all(LinkerdServer):
        if not is_linkerds_own(server) and not server_pods(mesh).of(server).selected:
            missing = no_pods(server)
            kind = "An ExternalWorkload" if server.selects_machines else "A workload"
            yield Claim(
                server,
                server.selector_path,
                f"{kind} with the labels {missing.name} {ABSENT} in {server.namespace}, so the Server has no effect.",
                fix="Write the labels that the pods carry, or move the Server to their namespace.",
                absent=missing,
                on_key=True,
            )
