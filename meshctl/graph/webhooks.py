"""The webhooks that inject sidecars: those of the input, or those that a default installation has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meshctl.graph.fields import Fields, mapping
from meshctl.graph.injector import injectors
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration, Webhook
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.mesh import MeshGraph, index

INJECTION = "istio-injection"
REVISION = "istio.io/rev"
INJECT = "sidecar.istio.io/inject"
IGNORED_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease", "local-path-storage")

_PODS: Fields = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}


@dataclass(frozen=True, slots=True)
class InjectionWebhook:
    """A webhook that injects. `source` is None for one that is only assumed."""

    configuration: str
    webhook: Webhook
    revision: str
    source: MutatingWebhookConfiguration | None = None

    @property
    def full_name(self) -> str:
        """`configuration/webhook`."""
        return f"{self.configuration}/{self.webhook.name}"


class InjectionWebhooks:
    """All injection webhooks of the mesh.

    A cluster of which no webhook was read is taken to have a default installation, whose `istio-injection` means the
    revision of the settings; and the revisions that its labels name are taken to be installed.
    """

    def __init__(self, mesh: MeshGraph) -> None:
        self._installed: dict[str, list[InjectionWebhook]] = {}
        for source in sorted(mesh.all(MutatingWebhookConfiguration), key=lambda c: c.name):
            self._installed.setdefault(source.cluster, []).extend(_injecting(source))
        # A user's word that files are complete is about the mesh's configuration, not about the installation of Istio.
        listed = mesh.coverage.whole is not None
        self._none_exist = listed and mesh.coverage.has_all(MutatingWebhookConfiguration.KINDS)
        self._default = mesh.settings.revision or "default"
        self._assumed = _default_installation(self._default, _for_every_namespace(mesh, self._default))
        self._of_revision: dict[str, list[InjectionWebhook]] = {}

    def assumed_in(self, cluster: str) -> bool:
        """Whether nothing was read of the cluster's webhooks, so that a default installation stands for them."""
        return not self._installed.get(cluster) and not self._none_exist

    def installed_in(self, cluster: str) -> Sequence[InjectionWebhook]:
        """The webhooks of the input."""
        return self._installed.get(cluster, ())

    def served_in(self, cluster: str) -> frozenset[str]:
        """The revisions and tags that webhooks of the input are for."""
        sources = (w.source for w in self.installed_in(cluster))
        return frozenset(name for s in sources if s for name in (s.revision, s.tag) if name)

    def called(
        self, cluster: str, namespace: Mapping[str, str], labels: Mapping[str, str]
    ) -> tuple[InjectionWebhook, ...]:
        """The webhooks that the API server calls, in its order, for a new pod with these labels."""
        webhooks = self.installed_in(cluster)
        if self.assumed_in(cluster):
            named = {namespace.get(REVISION, ""), labels.get(REVISION, "")} - {self._default, ""}
            webhooks = [*self._assumed, *(w for name in sorted(named) for w in self._revision(name))]
        return tuple(w for w in webhooks if w.webhook.selects(namespace, labels) and w.webhook.asks_for_new_pods)

    def looked_at(self) -> frozenset[str]:
        """The keys of all pod labels that can make a difference."""
        selectors = [w.webhook.object_selector for webhooks in self._installed.values() for w in webhooks]
        return frozenset({INJECT, REVISION}).union(*map(selector_keys, selectors))

    def _revision(self, name: str) -> Sequence[InjectionWebhook]:
        if name not in self._of_revision:
            self._of_revision[name] = _revision_installation(name)
        return self._of_revision[name]


@index(MutatingWebhookConfiguration, ConfigMap)
def injection_webhooks(mesh: MeshGraph) -> InjectionWebhooks:
    """The injection webhooks of the mesh."""
    return InjectionWebhooks(mesh)


def selector_keys(selector: Fields) -> frozenset[str]:
    """The label keys that a Kubernetes LabelSelector looks at."""
    expressions = selector.get("matchExpressions")
    asked = [mapping(e).get("key") for e in expressions] if isinstance(expressions, list) else []
    return frozenset(key for key in (*mapping(selector.get("matchLabels")), *asked) if isinstance(key, str))


def _injecting(source: MutatingWebhookConfiguration) -> list[InjectionWebhook]:
    return [
        InjectionWebhook(source.name, webhook, source.revision or _served_by(webhook), source)
        for webhook in source.webhooks
        if webhook.name.endswith("istio.io")
    ]


def _served_by(webhook: Webhook) -> str:
    """The revision in the name of the Service that answers, `istiod-canary`."""
    return webhook.service[1].partition("-")[2] or "default" if webhook.service else "default"


def _for_every_namespace(mesh: MeshGraph, revision: str) -> bool:
    known = injectors(mesh)
    by = known.get(revision) or (next(iter(known.values())) if len(known) == 1 else None)
    return by is not None and mapping(by.values.get("sidecarInjectorWebhook")).get("enableNamespacesByDefault") is True


def _default_installation(revision: str, every_namespace: bool) -> list[InjectionWebhook]:
    none = [_absent(INJECTION), _absent(REVISION)]
    installation = [
        *_revision_installation(revision),
        _assumed(revision, "namespace", [_one_of(INJECTION, "enabled")], [_none_of(INJECT, "false")]),
        _assumed(revision, "object", none, [_one_of(INJECT, "true"), _absent(REVISION)]),
    ]
    if every_namespace:
        ordinary = _none_of("kubernetes.io/metadata.name", *IGNORED_NAMESPACES)
        installation.append(_assumed(revision, "auto", [*none, ordinary], [_absent(INJECT), _absent(REVISION)]))
    return installation


def _revision_installation(revision: str) -> list[InjectionWebhook]:
    chosen, not_refused = _one_of(REVISION, revision), _none_of(INJECT, "false")
    return [
        _assumed(revision, "rev.namespace", [chosen, _absent(INJECTION)], [not_refused]),
        _assumed(revision, "rev.object", [_absent(REVISION), _absent(INJECTION)], [not_refused, chosen]),
    ]


def _assumed(revision: str, name: str, namespace: list[Fields], pod: list[Fields]) -> InjectionWebhook:
    webhook = Webhook(
        path=(),
        name=f"{name}.sidecar-injector.istio.io",
        namespace_selector={"matchExpressions": namespace},
        object_selector={"matchExpressions": pod},
        rules=(_PODS,),
        service=None,
        conditional=False,
    )
    tail = "" if revision == "default" else f"-{revision}"
    return InjectionWebhook(f"istio-sidecar-injector{tail}", webhook, revision)


def _one_of(key: str, *values: str) -> Fields:
    return {"key": key, "operator": "In", "values": list(values)}


def _none_of(key: str, *values: str) -> Fields:
    return {"key": key, "operator": "NotIn", "values": list(values)}


def _absent(key: str) -> Fields:
    return {"key": key, "operator": "DoesNotExist"}
