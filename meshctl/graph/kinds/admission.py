"""Webhook configurations: whom the API server asks before it stores an object."""

from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.fields import Fields, mapping, numbered, text, texts
from meshctl.graph.lazy import lazy
from meshctl.graph.selectors import label_selector_matches
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path


class Webhook(Struct, frozen=True):
    """One webhook of a configuration. `service` is (namespace, name) of what answers; None for a URL.

    `conditional` says that it has matchConditions, which are CEL and evaluated by the API server alone.
    """

    path: Path
    name: str
    namespace_selector: Fields
    object_selector: Fields
    rules: tuple[Fields, ...]
    service: tuple[str, str] | None
    conditional: bool

    def selects(self, namespace: Mapping[str, str], labels: Mapping[str, str]) -> bool:
        """Whether both selectors accept an object with these labels in a namespace with those."""
        return label_selector_matches(self.namespace_selector, namespace) and label_selector_matches(
            self.object_selector, labels
        )

    @property
    def asks_for_new_pods(self) -> bool:
        """Whether its rules cover the creation of pods; without any rule it is never called."""
        return any(_covers_new_pods(rule) for rule in self.rules)


class MutatingWebhookConfiguration(View):
    """A MutatingWebhookConfiguration."""

    KINDS = (KindKey("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),)

    @lazy
    def revision(self) -> str:
        """The control plane revision it belongs to; empty if it names none."""
        return self.labels.get("istio.io/rev", "")

    @lazy
    def tag(self) -> str:
        """The tag that it makes an alias of its revision; empty if it is no tag."""
        return self.labels.get("istio.io/tag", "")

    @lazy
    def webhooks(self) -> tuple[Webhook, ...]:
        """Its webhooks in order."""
        return tuple(
            Webhook(
                path=("webhooks", i),
                name=text(fields.get("name")),
                namespace_selector=mapping(fields.get("namespaceSelector")),
                object_selector=mapping(fields.get("objectSelector")),
                rules=tuple(rule for _, rule in numbered(fields.get("rules"))),
                service=_service(mapping(fields.get("clientConfig"))),
                conditional=bool(fields.get("matchConditions")),
            )
            for i, fields in numbered(self.data.get("webhooks"))
        )


def _service(client: Fields) -> tuple[str, str] | None:
    service = mapping(client.get("service"))
    return (text(service.get("namespace")), text(service.get("name"))) if service else None


def _covers_new_pods(rule: Fields) -> bool:
    return (
        _named(rule, "operations", "CREATE")
        and _named(rule, "apiGroups", "")
        and _named(rule, "apiVersions", "v1")
        and rule.get("scope") in (None, "*", "Namespaced")
        # `pods/*` means the pod itself as well; `pods/status` does not.
        and not {"*", "pods", "*/*", "pods/*"}.isdisjoint(texts(rule.get("resources")))
    )


def _named(rule: Fields, field: str, wanted: str) -> bool:
    return not {"*", wanted}.isdisjoint(texts(rule.get(field)))
