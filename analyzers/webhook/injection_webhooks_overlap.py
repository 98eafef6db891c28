"""Two injection webhooks are called for the same pod.

Why: the API server calls every webhook that selects a pod. Two injectors put in two sidecars, or the second one leaves
what the first did half changed: which revision a pod ends up with depends on their names.

Example:
    kind: MutatingWebhookConfiguration
    metadata: {name: istio-sidecar-injector-canary}
    webhooks:
    - name: sidecar-injector.istio.io   # the webhook of another revision has the same selector
      namespaceSelector: {matchLabels: {istio-injection: enabled}}

Fix: let each revision's webhook ask for `istio.io/rev` and exclude `istio-injection`, as `istioctl install` makes them,
or delete the configuration of a revision that is gone.

Silent when: no combination of the injection labels of namespace and pod fits both, a webhook is not about the creation
of pods, or it has matchConditions, which only the API server can evaluate.
"""

from collections.abc import Iterator, Sequence

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    ConfigMap,
    InjectionWebhook,
    MeshGraph,
    MutatingWebhookConfiguration,
    Severity,
    analyzer,
    enumerated,
    webhook_overlaps,
)


@analyzer("IST0139", "injection-webhooks-overlap", Severity.ERROR, reads=(MutatingWebhookConfiguration, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for alike, together in webhook_overlaps(mesh).found:
        for webhook in alike:
            others = [other for other in together[: MOST + 1] if other is not webhook][:MOST]
            names = enumerated((o.full_name for o in others), len(together) - 1)
            harm = "get two sidecars" if all(w.injects for w in (webhook, *others)) else "be changed twice"
            yield Claim(
                webhook.source,
                (*webhook.webhook.path, "name"),
                f"This webhook is called for the same pods as {names}: a pod may {harm}.",
                fix="Give them selectors that exclude each other, or delete the configuration that is not needed.",
                related=tuple(_related(others)),
            )


def _related(others: Sequence[InjectionWebhook]) -> Iterator[Also]:
    for other in others:
        if other.source is not None:
            yield Also(other.source, (*other.webhook.path, "name"), "is called for the same pods")
