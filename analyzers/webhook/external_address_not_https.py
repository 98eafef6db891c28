"""The address of an external control plane in a webhook is not an https URL with a host.

Why: the API server calls webhooks by https alone. With another address all its requests fail: pods or changes are
refused, or pass unseen, as failurePolicy says.

Example:
    kind: MutatingWebhookConfiguration
    metadata: {name: istio-sidecar-injector-external-istiod}
    webhooks:
    - name: rev.namespace.sidecar-injector.istio.io
      clientConfig: {url: "istiod.example.com:15017/inject"}   # https:// is missing

Fix: write the address of the external istiod, as `https://istiod.example.com:15017/inject`.

Silent when: the webhook names a Service; its address is no URL at all or none is there (IST0163). Only configurations
that an installation of Istio makes are looked at (istio-sidecar-injector*, istio-validator*, istiod-default-validator).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Severity,
    WebhookConfiguration,
    analyzer,
    is_malformed,
    webhook_hosts,
)


@analyzer("MSH419", "external-control-plane-address-not-https", Severity.WARNING, reads=(WebhookConfiguration,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for configuration, client, host in webhook_hosts(mesh):
        if not host and client.url is not None and not is_malformed(client.url):
            yield Claim(
                configuration,
                (*client.path, "url"),
                f"The address {client.url or 'of nothing'} of webhook {client.webhook} is no https URL with a host, so"
                " the API server cannot ask the control plane.",
                fix="Write the address of the external istiod, as https://istiod.example.com:15017/inject.",
            )
