"""A port of the mesh is taken past the proxy of Linkerd.

Why: what `skip-inbound-ports` and `skip-outbound-ports` name does not go through the proxy: no mTLS, no policy, no
metrics there, for clients and servers that have a proxy both. A port with a protocol that the proxy does not recognise
is better made opaque: `config.linkerd.io/opaque-ports` keeps mTLS.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          annotations:
            config.linkerd.io/skip-inbound-ports: "8080"   # the application's own port

Fix: use opaque-ports instead, unless the proxy has to be left out.

An info; a warning where a Server is for the port, whose policies then do not hold.

Silent when: none of the pods' own ports is skipped inbound, and outbound none of a Service with a proxy behind it.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Service,
    Severity,
    Workload,
    analyzer,
)
from meshctl.analysis.api.linkerd import ExternalWorkload, LinkerdServer, skipped_ports


@analyzer(
    "LKD114",
    "linkerd-port-skips-mesh",
    Severity.WARNING,
    reads=(
        Namespace,
        Workload,
        Service,
        LinkerdServer,
        ExternalWorkload,
        ConfigMap,
        MutatingWebhookConfiguration,
    ),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for skipped in skipped_ports(mesh):
        if skipped.server:
            message = (
                f"Port {skipped.port} of {skipped.owner.id} goes past the proxy, so Server {skipped.server.name} and"
                " its policies do not hold there."
            )
        else:
            message = (
                f"Port {skipped.port} of {skipped.owner.id} goes past the proxy, though both sides are in the mesh: no"
                " mTLS, policy or metrics."
            )
        yield Claim(
            skipped.told.subject,
            skipped.told.path,
            message,
            fix="Use config.linkerd.io/opaque-ports instead, which keeps mTLS.",
            related=(Also(skipped.server, ("spec", "port"), "does not hold"),) if skipped.server else (),
            severity=None if skipped.server else Severity.INFO,
        )
