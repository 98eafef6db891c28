"""How Consul was installed in this cluster, by the flags of its injector."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from meshctl.graph.consul.values import truth
from meshctl.graph.fields import Fields, texts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration, Webhook
from meshctl.graph.kinds.consulentry import ConsulEntry
from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.view import View
from meshctl.graph.workloads import workloads

SEEN: tuple[type[View], ...] = (
    ConsulEntry,
    Workload,
    Service,
    Namespace,
    KubernetesGateway,
    MutatingWebhookConfiguration,
)
"""The kinds that tell what Consul makes of a mesh."""

_FLAG = re.compile(r"(?<![\w-])--?(?P<name>[a-z][a-z0-9-]*)(?:=(?P<value>\"[^\"]*\"|'[^']*'|[^\s\\]*))?")


class Installation(NamedTuple):
    """What the injector was told. `source` is None where it is not in the input, and defaults stand for it.

    `allowed` and `denied` are namespaces, `*` for all. `acls` and `namespaces` are None where they are not known.
    `mirrored` says that each namespace of Kubernetes is one of Consul's, of the same name behind `prefix`.
    `unread` says that an injector may stand where the cluster was not read, so that no default can stand for it.
    `tproxy` and `metrics` are what holds where nobody says otherwise. `webhook` is what the API server asks, None where
    it was not read; `webhook_name` that of its configuration and it.
    """

    source: Workload | None = None
    inject_by_default: bool = False
    allowed: frozenset[str] = frozenset({"*"})
    denied: frozenset[str] = frozenset()
    acls: bool | None = None
    namespaces: bool | None = None
    mirrored: bool = False
    prefix: str = ""
    tproxy: bool = True
    metrics: bool = False
    merging: bool = False
    openshift: bool = False
    dataplane: str = ""
    webhook: Webhook | None = None
    webhook_name: str = ""
    unread: bool = False


@index(Workload, MutatingWebhookConfiguration)
def installation(mesh: MeshGraph) -> Installation:
    """The installation of this cluster."""
    found = _webhook(mesh)
    source = next(iter(workloads(mesh).selected_by({"component": "connect-injector"})), None)
    if source is None:
        # What files leave out is another matter: they are rarely those of the installation.
        unread = not mesh.coverage.inferred and not mesh.coverage.has_read(Workload.KINDS)
        return Installation(webhook=found[0], webhook_name=found[1], unread=unread)
    flags = _flags(source)
    return Installation(
        source=source,
        inject_by_default=_is_on(flags, "default-inject"),
        allowed=frozenset(flags.get("allow-k8s-namespace", ())),
        denied=frozenset(flags.get("deny-k8s-namespace", ())),
        acls="acl-auth-method" in flags,
        namespaces=_is_on(flags, "enable-namespaces"),
        mirrored=_is_on(flags, "enable-namespaces") and _is_on(flags, "enable-k8s-namespace-mirroring"),
        prefix=next(iter(flags.get("k8s-namespace-mirroring-prefix", ())), ""),
        tproxy=_is_on(flags, "default-enable-transparent-proxy", unsaid=True),
        metrics=_is_on(flags, "default-enable-metrics"),
        merging=_is_on(flags, "default-enable-metrics-merging"),
        openshift=_is_on(flags, "enable-openshift"),
        dataplane=next(iter(flags.get("consul-dataplane-image", ())), ""),
        webhook=found[0],
        webhook_name=found[1],
    )


def _webhook(mesh: MeshGraph) -> tuple[Webhook | None, str]:
    """Consul's webhook for new pods, with its full name."""
    for source in sorted(mesh.all(MutatingWebhookConfiguration), key=lambda c: c.name):
        for webhook in source.webhooks:
            if webhook.name.endswith("consul.hashicorp.com") and webhook.asks_for_new_pods:
                return webhook, f"{source.name}/{webhook.name}"
    return None, ""


def _flags(source: Workload) -> Mapping[str, tuple[str, ...]]:
    """The flags of its containers by name, each with all its values; a flag alone has an empty one."""
    found: dict[str, list[str]] = {}
    for container in source.containers:
        for match in _FLAG.finditer(" ".join(_words(container.fields))):
            found.setdefault(match["name"], []).append((match["value"] or "").strip("\"'"))
    return {name: tuple(values) for name, values in found.items()}


def _words(container: Fields) -> tuple[str, ...]:
    return (*texts(container.get("command")), *texts(container.get("args")))


def _is_on(flags: Mapping[str, tuple[str, ...]], name: str, *, unsaid: bool = False) -> bool:
    values = flags.get(name)
    return unsaid if values is None else values[-1] == "" or truth(values[-1]) is True
