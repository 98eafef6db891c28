"""A workload of the mesh has UDP ports, which Linkerd does not handle.

Why: Linkerd's proxy takes TCP alone. UDP goes past it: without mTLS, policies or metrics. That is often fine, as for
DNS; it is good to know where something counts on the mesh.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          annotations: {linkerd.io/inject: enabled}
        spec:
          containers:
          - name: game
            ports: [{containerPort: 7777, protocol: UDP}]

Fix: nothing, if nothing there needs the mesh; otherwise protect the port with a NetworkPolicy.

Silent when: the pods have no proxy of Linkerd.
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
    numbered,
)
from meshctl.analysis.api.linkerd import meshed_workloads


@analyzer(
    "LKD108",
    "linkerd-udp-port",
    Severity.INFO,
    reads=(Namespace, Workload, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload, _ in meshed_workloads(mesh):
        ports = [
            ((*container.path, "ports", i, "protocol"), str(port.get("containerPort")))
            for container in workload.containers
            for i, port in numbered(container.fields.get("ports"))
            if port.get("protocol") == "UDP"
        ]
        if ports:
            numbers = ", ".join(number for _, number in ports)
            yield Claim(
                workload,
                ports[0][0],
                f"UDP port {numbers} goes past the proxy of Linkerd: it has no mTLS, policy or metrics there.",
                fix="Use a NetworkPolicy where it needs protection.",
            )
