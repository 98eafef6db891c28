"""An injection webhook calls a Service that does not exist.

Why: the API server cannot reach the injector. With `failurePolicy: Fail` no pod that the webhook selects can be
created any more, with Ignore they start without a sidecar.

Example:
    kind: MutatingWebhookConfiguration
    webhooks:
    - name: sidecar-injector.istio.io
      clientConfig:
        service: {name: istiod-1-24, namespace: istio-system}   # that revision is gone

Fix: name the Service of a revision that is installed, or delete the webhook configuration of the one that is gone.

Silent when: the webhook is reached by a URL, or its configuration is not one of Istio's: no webhook of it has a name
that ends in istio.io, and neither a label nor a selector is about `istio.io/rev`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    InjectionWebhook,
    MeshGraph,
    Missing,
    MutatingWebhookConfiguration,
    Service,
    Severity,
    analyzer,
    injection_webhooks,
)


@analyzer(
    "IST0139",
    "webhook-service-not-found",
    Severity.ERROR,
    reads=(MutatingWebhookConfiguration, ConfigMap, Service),
    absent=(Service,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for cluster in sorted({c.cluster for c in mesh.all(MutatingWebhookConfiguration)}):
        for injecting in injection_webhooks(mesh).of_istio_in(cluster):
            service = injecting.webhook.service
            if service and not mesh.get(Service, *service):
                full_name = "/".join(service)
                yield Claim(
                    injecting.source,
                    (*injecting.webhook.path, "clientConfig", "service", "name"),
                    f"Service {full_name} {ABSENT}, so the API server cannot call {_what(injecting)}.",
                    fix="Name the Service of an installed revision, or delete this webhook configuration.",
                    absent=Missing("service", full_name, Service.KINDS, service[0]),
                )


def _what(webhook: InjectionWebhook) -> str:
    return "the injector for new pods" if webhook.injects else f"webhook {webhook.webhook.name}"
