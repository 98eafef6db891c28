"""Which injection webhooks are called for the same pod."""

from collections.abc import Iterator, Mapping, Sequence

from meshctl.graph.fields import Fields, labels, mapping, numbered, texts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.selectors import label_selector_matches
from meshctl.graph.webhooks import INJECT, INJECTION, REVISION, InjectionWebhook, injection_webhooks

Labels = Mapping[str, str]


@index(MutatingWebhookConfiguration, ConfigMap)
def webhook_overlaps(mesh: MeshGraph) -> tuple[tuple[InjectionWebhook, tuple[InjectionWebhook, ...]], ...]:
    """Each injection webhook of the input that has a pod in common with others, with those others.

    Tried are all combinations of the labels that people set: on or off for namespace and pod, with every revision that
    a webhook names. One with matchConditions is left out, as only the API server can evaluate them.
    """
    found = []
    for cluster in sorted({c.cluster for c in mesh.all(MutatingWebhookConfiguration)}):
        webhooks = [w for w in injection_webhooks(mesh).installed_in(cluster) if _is_called(w)]
        revisions = sorted({name for w in webhooks for name in _revisions(w)})
        places = _combinations(INJECTION, ("enabled", "disabled"), revisions)
        pods = _combinations(INJECT, ("true", "false"), revisions)
        # Whom each selects, as the bits of two numbers: webhooks overlap where they share a bit of both.
        called = [
            (w, _accepted(w.webhook.namespace_selector, places), _accepted(w.webhook.object_selector, pods))
            for w in webhooks
        ]
        for webhook, namespaces, labelled in called:
            others = tuple(o for o, n, p in called if o is not webhook and n & namespaces and p & labelled)
            if others:
                found.append((webhook, others))
    return tuple(found)


def _is_called(webhook: InjectionWebhook) -> bool:
    """One without rules is not called yet, but says already whom it is for."""
    return not webhook.webhook.conditional and (not webhook.webhook.rules or webhook.webhook.asks_for_new_pods)


def _revisions(webhook: InjectionWebhook) -> Iterator[str]:
    if webhook.source is not None and webhook.source.revision:
        yield webhook.source.revision
    for selector in (webhook.webhook.namespace_selector, webhook.webhook.object_selector):
        if named := labels(selector.get("matchLabels")).get(REVISION):
            yield named
        for _, expression in numbered(selector.get("matchExpressions")):
            if expression.get("key") == REVISION:
                yield from texts(expression.get("values"))


def _combinations(switch: str, values: Sequence[str], revisions: Sequence[str]) -> list[Labels]:
    switches = [{}, *({switch: value} for value in values)]
    chosen = [{}, *({REVISION: revision} for revision in revisions)]
    return [{**one, **other} for one in switches for other in chosen]


def _accepted(selector: Fields, those: Sequence[Labels]) -> int:
    return sum(1 << i for i, carried in enumerate(those) if label_selector_matches(mapping(selector), carried))
