"""A webhook of an external control plane has no usable address.

Why: the API server asks it about every new pod or every change to Istio's configuration. Without an address, or with
one that is no URL, the requests fail: pods or changes are refused, or pass unseen, as failurePolicy says.

Example:
    kind: MutatingWebhookConfiguration
    metadata: {name: istio-sidecar-injector-external-istiod}
    webhooks:
    - name: rev.namespace.sidecar-injector.istio.io
      clientConfig: {}

Fix: write the address of the external istiod, as `https://istiod.example.com:15017/inject`.

Silent when: the webhook names a Service, or its address is a URL; one that is not https is MSH419. Only configurations
that an installation of Istio makes are looked at (istio-sidecar-injector*, istio-validator*, istiod-default-validator).
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, WebhookConfiguration, analyzer, is_malformed, webhook_hosts


@analyzer("IST0163", "external-control-plane-address-invalid", Severity.WARNING, reads=(WebhookConfiguration,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for configuration, client, host in webhook_hosts(mesh):
        if not host and (client.url is None or is_malformed(client.url)):
            wrong = f"The address {client.url} of webhook {client.webhook} is no URL"
            none = f"Webhook {client.webhook} has neither an address nor a Service"
            yield Claim(
                configuration,
                (*client.path, "url") if client.url else client.path,
                f"{wrong if client.url else none}, so the API server cannot ask the control plane.",
                fix="Write the address of the external istiod, as https://istiod.example.com:15017/inject.",
            )
