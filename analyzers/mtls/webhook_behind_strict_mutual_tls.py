"""The API server has to call a webhook whose pods take mutual TLS alone.

Why: the API server is in no mesh and has no certificate of it. The pods' proxy refuses the connection before the
webhook sees it: with `failurePolicy: Fail` nothing that the webhook is asked about can be created or changed any more.

Example:
    kind: ValidatingWebhookConfiguration
    webhooks:
    - name: policy.example.com
      clientConfig: {service: {name: policy, namespace: policies}}
    ---
    kind: PeerAuthentication
    metadata: {name: default, namespace: policies}
    spec: {mtls: {mode: STRICT}}

Fix: leave the port out with the annotation `traffic.sidecar.istio.io/excludeInboundPorts` of the pods, or let it take
both: `portLevelMtls: {9443: {mode: PERMISSIVE}}` in a PeerAuthentication for them.

With `failurePolicy: Ignore` it is a warning: the webhook is just never asked.

Silent when: the webhook has a URL, or converts custom resources; its pods are not known, have no proxy, or their port
is left out.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    DestinationRule,
    MeshGraph,
    Severity,
    WebhookConfiguration,
    analyzer,
)
from meshctl.analysis.api.mtls import READS, refused_webhooks

_READS = (*(kind for kind in READS if kind is not DestinationRule), WebhookConfiguration)


@analyzer("MSH426", "webhook-behind-strict-mutual-tls", Severity.ERROR, reads=_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for refused in refused_webhooks(mesh):
        taking = refused.taking
        because = taking.acceptance.because
        harm = "nothing that it is asked about can be created" if refused.blocking else "it is never asked"
        yield Claim(
            refused.caller,
            refused.path,
            f"The API server, which is in no mesh, calls {refused.webhook} at {taking.place}, where {because.text}: the"
            f" call is refused, and {harm}.",
            fix=f"Let port {taking.inside} of the pods take both: PERMISSIVE in portLevelMtls of a PeerAuthentication.",
            related=(Also(because.view, because.path, "what the pods take"),) if because.view else (),
            severity=None if refused.blocking else Severity.WARNING,
        )
