"""The webhook that injects Linkerd's proxy: that of the input, or the one that a default installation has."""

from collections.abc import Mapping

from meshctl.graph.fields import Fields
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration, Webhook
from meshctl.graph.linkerd.presence import COMPONENT
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.podrequest import NAMESPACE_NAME

NAME = "linkerd-proxy-injector.linkerd.io"
CONFIGURATION = "linkerd-proxy-injector-webhook-config"
WEBHOOKS = "config.linkerd.io/admission-webhooks"
CNI = "linkerd.io/cni-resource"
IGNORED = ("kube-system", "cert-manager")

_PODS: Fields = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
_DEFAULT = Webhook(
    path=(),
    name=NAME,
    namespace_selector={
        "matchExpressions": [
            {"key": WEBHOOKS, "operator": "NotIn", "values": ["disabled"]},
            {"key": NAMESPACE_NAME, "operator": "NotIn", "values": list(IGNORED)},
        ]
    },
    object_selector={
        "matchExpressions": [{"key": COMPONENT, "operator": "DoesNotExist"}, {"key": CNI, "operator": "DoesNotExist"}]
    },
    rules=(_PODS,),
    service=None,
    conditional=False,
)


class InjectorWebhooks:
    """The injector's webhooks of one cluster, named `configuration/webhook`.

    `assumed` says that none was read, so that those of a default installation stand for them. There is none at all
    where the cluster's webhooks were listed and Linkerd's is not among them.
    """

    def __init__(self, mesh: MeshGraph) -> None:
        self._found = [
            (f"{source.name}/{webhook.name}", webhook)
            for source in sorted(mesh.all(MutatingWebhookConfiguration), key=lambda c: c.name)
            for webhook in source.webhooks
            if webhook.name.endswith(NAME)
        ]
        # That files are complete is a word about the mesh's configuration, not about the installation of the mesh.
        listed = mesh.coverage.whole is not None and mesh.coverage.has_all(MutatingWebhookConfiguration.KINDS)
        self.assumed = not self._found and not listed
        if self.assumed:
            self._found = [(f"{CONFIGURATION}/{NAME}", _DEFAULT)]

    @property
    def none_exist(self) -> bool:
        """Whether Linkerd's injector is not installed."""
        return not self._found

    def called(self, namespace: Mapping[str, str], labels: Mapping[str, str]) -> tuple[str, ...]:
        """Those that the API server calls for a new pod with these labels in a namespace with those."""
        return tuple(name for name, hook in self._found if hook.asks_for_new_pods and hook.selects(namespace, labels))


@index(MutatingWebhookConfiguration)
def injector_webhooks(mesh: MeshGraph) -> InjectorWebhooks:
    """The webhooks by which Linkerd injects."""
    return InjectorWebhooks(mesh)
