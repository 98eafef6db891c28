"""Where webhook configurations of Istio send their requests."""

from msgspec import Struct

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

_GROUP = "admissionregistration.k8s.io"


class Client(Struct, frozen=True):
    """How a webhook is reached. `path` is that of its clientConfig; `url` is None where it names none."""

    path: Path
    webhook: str
    url: str | None
    has_service: bool


class WebhookConfiguration(View):
    """A configuration of validating or mutating webhooks."""

    KINDS = (
        KindKey(_GROUP, "ValidatingWebhookConfiguration"),
        KindKey(_GROUP, "MutatingWebhookConfiguration"),
    )

    @property
    def is_istios(self) -> bool:
        """Whether an installation of Istio makes it, by its name."""
        if self.id.kind == "MutatingWebhookConfiguration":
            return self.name.startswith("istio-sidecar-injector")
        return self.name == "istiod-default-validator" or self.name.startswith("istio-validator")

    @lazy
    def clients(self) -> tuple[Client, ...]:
        """How each of its webhooks is reached, in order."""
        return tuple(
            Client(
                path=("webhooks", i, "clientConfig"),
                webhook=text(webhook.get("name")),
                url=_url(mapping(webhook.get("clientConfig"))),
                has_service=bool(mapping(webhook.get("clientConfig")).get("service")),
            )
            for i, webhook in numbered(self.data.get("webhooks"))
        )


def _url(client: Fields) -> str | None:
    url = client.get("url")
    return None if url is None else text(url)
