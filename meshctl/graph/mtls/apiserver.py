"""What the API server calls by itself: webhooks for admission. It is in no mesh."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.webhookclient import WebhookConfiguration
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.takings import Taking, takings
from meshctl.graph.view import View
from meshctl.model.paths import Path


class Refused(Struct, frozen=True):
    """A call of the API server that pods refuse, as it has no certificate of the mesh; `path` is that of the Service.

    `blocking` says that nothing the webhook is asked about can be created while the call fails.
    """

    caller: View
    path: Path
    webhook: str
    taking: Taking
    blocking: bool


@index(
    WebhookConfiguration,
    PeerAuthentication,
    Service,
    ServiceEntry,
    Workload,
    Machine,
    Namespace,
    ConfigMap,
    MutatingWebhookConfiguration,
)
def refused_webhooks(mesh: MeshGraph) -> tuple[Refused, ...]:
    """Every webhook whose pods take mutual TLS alone."""
    known = hosts(mesh)
    found = []
    for caller, path, name, client, blocking in _calls(mesh):
        service = mapping(client.get("service"))
        host = known.of_service(text(service.get("name")), text(service.get("namespace")))
        number = integer(service.get("port")) or 443
        for entry in list(known.named(host))[:1]:
            strict = (t for t in takings(mesh).of(entry) if t.port == number and t.acceptance.what == "mutual only")
            found += [Refused(caller, path, name, taking, blocking) for taking in list(strict)[:1]]
    return tuple(found)


def _calls(mesh: MeshGraph) -> Iterator[tuple[View, Path, str, Fields, bool]]:
    """Who makes the API server call, the path of the Service, the name of the webhook and its clientConfig."""
    for configuration in mesh.all(WebhookConfiguration):
        for i, webhook in numbered(configuration.data.get("webhooks")):
            client = mapping(webhook.get("clientConfig"))
            if mapping(client.get("service")):
                blocking = webhook.get("failurePolicy") != "Ignore"
                path = ("webhooks", i, "clientConfig", "service")
                yield configuration, path, text(webhook.get("name")), client, blocking
