"""The address of an external control plane is an IP address and no host name.

Why: certificates are mostly for names, and an IP address changes when the load balancer before the control plane is
made anew: then no pod is injected any more.

Example:
    kind: MutatingWebhookConfiguration
    metadata: {name: istio-sidecar-injector-external-istiod}
    webhooks:
    - name: rev.namespace.sidecar-injector.istio.io
      clientConfig: {url: "https://192.0.2.7:15017/inject"}

Fix: use a DNS name that leads there.

Silent when: the address is a host name, or the webhook names a Service.
"""

from collections.abc import Iterator
from ipaddress import ip_address

from meshctl.analysis.api import Claim, MeshGraph, Severity, WebhookConfiguration, analyzer, webhook_hosts


@analyzer("IST0164", "external-control-plane-address-is-ip", Severity.INFO, reads=(WebhookConfiguration,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for configuration, client, host in webhook_hosts(mesh):
        if _is_ip(host):
            yield Claim(
                configuration,
                (*client.path, "url"),
                f"Webhook {client.webhook} reaches the control plane at the IP address {host}, which may change.",
                fix="Use a DNS name that leads there.",
            )


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
