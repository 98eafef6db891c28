"""The certificate of one of Linkerd's webhooks cannot be used, or soon cannot.

Why: the API server calls a webhook only over a connection that it can trust. Where it cannot, pods are made without a
proxy (or not at all, in a highly available installation), and policies are stored unchecked or refused.

Example:
    kind: Secret
    metadata: {name: linkerd-proxy-injector-k8s-tls, namespace: linkerd}
    data: {tls.crt: LS0tLS1CRUdJTi..., tls.key: ...}   # signed by another authority than caBundle has

Fix: upgrade Linkerd, which makes these certificates anew, or see why cert-manager does not renew them.

Silent when: the certificate is valid for more than 60 days or a third of its time, is signed by the caBundle of the
webhook and names its Service; the Secret was not read. It is a warning while it is still valid.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Secret,
    Severity,
    analyzer,
)
from meshctl.analysis.api.linkerdlive import (
    Judged,
    ValidatingWebhookConfiguration,
    WebhookCertificate,
    ca_bundle,
    is_for,
    is_signed_by,
    public_part,
    read_certificates,
    validity,
    webhook_certificates,
)


@analyzer(
    "LKD406",
    "linkerd-webhook-certificate-invalid",
    Severity.ERROR,
    reads=(MutatingWebhookConfiguration, ValidatingWebhookConfiguration, Secret, ConfigMap),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for webhook in webhook_certificates(mesh):
        if judged := _judged(mesh, webhook):
            yield Claim(
                webhook.source,
                (*webhook.path, "clientConfig"),
                f"The certificate of {webhook.server} in Secret {webhook.secret.full_name} {judged.what}: "
                f"{'the' if judged.bad else 'from then on the'} API server does not call this webhook.",
                fix="Upgrade Linkerd, which makes it anew, or see why it is not renewed by itself.",
                related=(Also(webhook.secret, ("metadata", "name"), "the certificate"),),
                severity=Severity.ERROR if judged.bad else Severity.WARNING,
            )


def _judged(mesh: MeshGraph, webhook: WebhookCertificate) -> Judged | None:
    """The worst that is wrong with it."""
    chain = read_certificates(public_part(webhook.secret))
    if not chain:
        return None
    found = validity(chain[0], mesh.settings.now)
    if found and found.bad:
        return found
    host = f"{webhook.server}.{webhook.secret.namespace}.svc"
    if not is_for(chain[0], host):
        return Judged(f"is not for {host}", True)
    authorities = read_certificates(ca_bundle(webhook))
    if authorities and not is_signed_by(chain[0], chain[1:], authorities):
        return Judged("is not signed by the caBundle of the webhook", True)
    return found
