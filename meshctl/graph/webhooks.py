"""The webhooks that inject sidecars: those of the input, or those that a default installation has."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from meshctl.graph.fields import Fields, mapping
from meshctl.graph.injector import injectors
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration, Webhook
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.selectors import required_pairs

INJECTION = "istio-injection"
REVISION = "istio.io/rev"
INJECT = "sidecar.istio.io/inject"
IGNORED_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease", "local-path-storage")

_PODS: Fields = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}


class InjectionWebhook(Struct, frozen=True):
    """A webhook that injects. `source` is None for one that is only assumed."""

    configuration: str
    webhook: Webhook
    revision: str
    source: MutatingWebhookConfiguration | None = None

    @property
    def full_name(self) -> str:
        """`configuration/webhook`."""
        return f"{self.configuration}/{self.webhook.name}"

    @property
    def injects(self) -> bool:
        """Whether it is an injector by its name; another one may stand beside it in a configuration of Istio's."""
        return self.webhook.name.endswith("istio.io")


class _Called:
    """Webhooks in the API server's order, found by a label that they require of the namespace, or else of the pod."""

    def __init__(self, webhooks: Sequence[InjectionWebhook]) -> None:
        self._webhooks = webhooks
        self._anyhow: list[int] = []
        self._of_namespace: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._of_pod: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, webhook in enumerate(webhooks):
            namespace = required_pairs(webhook.webhook.namespace_selector)
            for pair in namespace:
                self._of_namespace[pair].append(number)
            pod = () if namespace else required_pairs(webhook.webhook.object_selector)
            for pair in pod:
                self._of_pod[pair].append(number)
            if not namespace and not pod:
                self._anyhow.append(number)

    def for_pod(self, namespace: Mapping[str, str], labels: Mapping[str, str]) -> tuple[InjectionWebhook, ...]:
        """Those whose selectors accept a pod with these labels in a namespace with those."""
        numbers = set(self._anyhow)
        for carried, numbers_of in ((namespace, self._of_namespace), (labels, self._of_pod)):
            for pair in carried.items() if numbers_of else ():
                numbers.update(numbers_of.get(pair, ()))
        found = (self._webhooks[number] for number in sorted(numbers))
        return tuple(w for w in found if w.webhook.selects(namespace, labels))


class InjectionWebhooks:
    """All injection webhooks of the mesh.

    A cluster of which no webhook was read is taken to have a default installation, whose `istio-injection` means the
    revision of the settings; and the revisions that its labels name are taken to be installed.
    """

    def __init__(self, mesh: MeshGraph) -> None:
        self._of_istio: dict[str, list[InjectionWebhook]] = {}
        for source in sorted(mesh.all(MutatingWebhookConfiguration), key=lambda c: c.name):
            self._of_istio.setdefault(source.cluster, []).extend(_of_istio(source))
        self._installed = {c: [w for w in webhooks if w.injects] for c, webhooks in self._of_istio.items()}
        self._called = {cluster: _Called(webhooks) for cluster, webhooks in self._installed.items()}
        sources = {cluster: (w.source for w in webhooks) for cluster, webhooks in self._installed.items()}
        self._served = {
            cluster: frozenset(name for s in those if s for name in (s.revision, s.tag) if name)
            for cluster, those in sources.items()
        }
        # A user's word that files are complete is about the mesh's configuration, not about the installation of Istio.
        listed = mesh.coverage.whole is not None
        self._complete = not listed
        self._none_exist = listed and mesh.coverage.has_all(MutatingWebhookConfiguration.KINDS)
        self._default = mesh.settings.revision or "default"
        self._assumed = _default_installation(self._default, _for_every_namespace(mesh, self._default))
        self._of_revision: dict[str, list[InjectionWebhook]] = {}

    def assumed_in(self, cluster: str) -> bool:
        """Whether nothing was read of the cluster's webhooks, so that a default installation stands for them."""
        return not self._installed.get(cluster) and not self._none_exist

    def only_assumed(self, cluster: str) -> bool:
        """Whether a default installation stands for webhooks that are not in an input said to be complete."""
        return self._complete and self.assumed_in(cluster)

    def installed_in(self, cluster: str) -> Sequence[InjectionWebhook]:
        """The webhooks of the input."""
        return self._installed.get(cluster, ())

    def of_istio_in(self, cluster: str) -> Sequence[InjectionWebhook]:
        """Those and what else is in the same configurations, or in others that are for revisions."""
        return self._of_istio.get(cluster, ())

    def served_in(self, cluster: str) -> frozenset[str]:
        """The revisions and tags that webhooks of the input are for."""
        return self._served.get(cluster, frozenset())

    def called(
        self, cluster: str, namespace: Mapping[str, str], labels: Mapping[str, str]
    ) -> tuple[InjectionWebhook, ...]:
        """The webhooks that the API server calls, in its order, for a new pod with these labels."""
        if not self.assumed_in(cluster):
            return tuple(w for w in self.selecting(cluster, namespace, labels) if w.webhook.asks_for_new_pods)
        named = {namespace.get(REVISION, ""), labels.get(REVISION, "")} - {self._default, ""}
        webhooks = [*self._assumed, *(w for name in sorted(named) for w in self._revision(name))]
        return tuple(w for w in webhooks if w.webhook.selects(namespace, labels) and w.webhook.asks_for_new_pods)

    def selecting(
        self, cluster: str, namespace: Mapping[str, str], labels: Mapping[str, str]
    ) -> tuple[InjectionWebhook, ...]:
        """The webhooks of the input whose selectors accept such a pod, called for new pods or not."""
        return self._called[cluster].for_pod(namespace, labels) if cluster in self._called else ()

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


def _of_istio(source: MutatingWebhookConfiguration) -> list[InjectionWebhook]:
    found = [InjectionWebhook(source.name, w, source.revision or _served_by(w), source) for w in source.webhooks]
    is_istios = REVISION in source.labels or any(w.injects or _asks_for_revision(w.webhook) for w in found)
    return found if is_istios else []


def _asks_for_revision(webhook: Webhook) -> bool:
    return any(REVISION in selector_keys(s) for s in (webhook.namespace_selector, webhook.object_selector))


def _served_by(webhook: Webhook) -> str:
    """The revision in the name of the Service that answers, `istiod-canary`."""
    return webhook.service[1].partition("-")[2] or "default" if webhook.service else "default"


def _for_every_namespace(mesh: MeshGraph, revision: str) -> bool:
    # The injector of another revision leaves namespaces without labels alone.
    by = injectors(mesh).get(revision)
    return by is not None and by.for_every_namespace


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
