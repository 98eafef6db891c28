"""A Server of Linkerd is for pods that have no proxy of Linkerd.

Why: policies are enforced by the proxy of the server. Without it, everybody may talk to the port, whatever the Server
and its policies say.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          labels: {app: web}
          annotations: {linkerd.io/inject: disabled}
    ---
    kind: Server
    spec:
      podSelector: {matchLabels: {app: web}}

Fix: take the pods into the mesh, or protect the port by a NetworkPolicy.

Silent when: one of the pods has the proxy or gets it, or nobody knows, as without the Namespace; the Server is for
ExternalWorkloads.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
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
    ExternalWorkload,
    LinkerdServer,
    Selection,
    gets_linkerd_proxy,
    linkerd_injection,
    server_pods,
)


@analyzer(
    "LKD317",
    "linkerd-server-without-proxy",
    Severity.WARNING,
    reads=(LinkerdServer, Workload, ExternalWorkload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known: dict[Selection, bool] = {}
    for server in mesh.all(LinkerdServer):
        selection = server_pods(mesh).of(server)
        if selection not in known:
            known[selection] = bool(selection.selected) and all(
                isinstance(one, Workload) and gets_linkerd_proxy(mesh, one) is False for one in selection.selected
            )
        first = selection.selected[0] if known[selection] else None
        if isinstance(first, Workload):
            yield Claim(
                server,
                server.selector_path,
                f"None of the pods of this Server, as those of {first.id}, has a proxy of Linkerd: nobody enforces"
                f" it or its policies. {linkerd_injection(mesh).decide(first).reason}",
                fix="Take the pods into the mesh, or protect the port by a NetworkPolicy.",
                related=(Also(first, ("metadata", "name"), "has no proxy"),),
                on_key=True,
            )
