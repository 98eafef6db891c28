"""New pods come without a proxy while Linkerd's only injector is away.

Why: its webhook is set to Ignore, and it has one replica. While that is restarted, as in every upgrade, the API server
takes pods as they are: they run unmeshed, and where policies demand mTLS, cannot be reached, until somebody restarts
them.

Example:
    kind: MutatingWebhookConfiguration
    metadata: {name: linkerd-proxy-injector-webhook-config}
    webhooks: [{name: linkerd-proxy-injector.linkerd.io, failurePolicy: Ignore}]   # and the injector has 1 replica

Fix: give the injector two replicas or more; with them, failurePolicy Fail is safe too, as in the values for high
availability.

Silent when: it fails closed, or more than one replica is wanted.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    Deployment,
    MeshGraph,
    MutatingWebhookConfiguration,
    Severity,
    analyzer,
    numbered,
    text,
)
from meshctl.analysis.api.linkerdlive import INJECTOR_WEBHOOK, control_plane


@analyzer("LKD413", "linkerd-injector-fails-open", Severity.INFO, reads=(MutatingWebhookConfiguration, Deployment))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    injector = control_plane(mesh).get("proxy-injector")
    if injector is None or injector.replicas != 1:
        return
    for source in mesh.all(MutatingWebhookConfiguration):
        for i, webhook in numbered(source.data.get("webhooks")):
            if text(webhook.get("name")).endswith(INJECTOR_WEBHOOK) and webhook.get("failurePolicy") == "Ignore":
                yield Claim(
                    source,
                    ("webhooks", i, "failurePolicy"),
                    f"Pods that are made while the only replica of {injector.full_name} is away come without a proxy, "
                    "as its webhook is ignored then.",
                    fix="Give the injector two replicas or more.",
                    related=(Also(injector, ("metadata", "name"), "has one replica"),),
                )
