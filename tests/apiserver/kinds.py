"""Which kinds the test API server knows: their groups, versions (the preferred one first), names and scope."""

from collections.abc import Mapping
from dataclasses import dataclass

from meshctl.model.ids import KindKey
from meshctl.sources.scope import CLUSTER_SCOPED

# As `kubectl api-resources` says it: kind, and where it is not the kind's plural in lower case, its name; short names.
_BUILT_IN = {
    ("", "v1"): "ConfigMap/cm Endpoints=endpoints/ep Event/ev Namespace/ns Node/no PersistentVolume/pv "
    "PersistentVolumeClaim/pvc Pod/po ReplicationController/rc ResourceQuota/quota LimitRange/limits Secret "
    "ServiceAccount/sa Service/svc",
    ("apps", "v1"): "ControllerRevision DaemonSet/ds Deployment/deploy ReplicaSet/rs StatefulSet/sts",
    ("autoscaling", "v2 v1"): "HorizontalPodAutoscaler/hpa",
    ("batch", "v1"): "CronJob/cj Job",
    ("networking.k8s.io", "v1"): "IngressClass Ingress/ing NetworkPolicy/netpol",
    ("policy", "v1"): "PodDisruptionBudget/pdb",
    ("rbac.authorization.k8s.io", "v1"): "ClusterRoleBinding ClusterRole RoleBinding Role",
    ("admissionregistration.k8s.io", "v1"): "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    ("apiextensions.k8s.io", "v1"): "CustomResourceDefinition/crd/crds",
    ("discovery.k8s.io", "v1"): "EndpointSlice",
    ("storage.k8s.io", "v1"): "StorageClass/sc",
}
_DEFINED = {
    ("extensions.istio.io", "v1alpha1"): "WasmPlugin TrafficExtension",
    ("networking.istio.io", "v1 v1beta1 v1alpha3"): "DestinationRule/dr Gateway/gw ServiceEntry/se Sidecar "
    "VirtualService/vs WorkloadEntry/we WorkloadGroup/wg",
    ("networking.istio.io", "v1beta1"): "ProxyConfig",
    ("networking.istio.io", "v1alpha3"): "EnvoyFilter",
    ("security.istio.io", "v1 v1beta1"): "AuthorizationPolicy/ap PeerAuthentication/pa RequestAuthentication/ra",
    ("telemetry.istio.io", "v1 v1alpha1"): "Telemetry/telemetry",
    ("gateway.networking.k8s.io", "v1 v1beta1"): "GatewayClass/gc Gateway/gtw HTTPRoute ReferenceGrant/refgrant",
    ("gateway.networking.k8s.io", "v1"): "GRPCRoute BackendTLSPolicy/btlspolicy",
    ("gateway.networking.k8s.io", "v1alpha2"): "TCPRoute TLSRoute UDPRoute",
}
# Those that are called in the plural already.
_PLURALS = frozenset({"ExportedServices", "ProxyDefaults", "ServiceDefaults", "ServiceIntentions"})
# No storage and no definition: another server behind the API server answers.
_AGGREGATED = {("metrics.k8s.io", "v1beta1"): "PodMetrics=pods NodeMetrics=nodes"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource; `versions` best first, `defined` by a CustomResourceDefinition."""

    group: str
    versions: tuple[str, ...]
    kind: str
    plural: str
    short: tuple[str, ...]
    namespaced: bool
    defined: bool

    @property
    def key(self) -> KindKey:
        return KindKey(self.group, self.kind)


def api_version(group: str, version: str) -> str:
    return f"{group}/{version}" if group else version


def _plural(kind: str) -> str:
    word = kind.lower()
    if kind in _PLURALS:
        return word
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "sh")) else "s")


def _kind(group: str, versions: str, entry: str, defined: bool) -> Kind:
    names, *short = entry.split("/")
    kind, _, plural = names.partition("=")
    namespaced = KindKey(group, kind) not in CLUSTER_SCOPED and kind != "NodeMetrics"
    return Kind(group, tuple(versions.split()), kind, plural or _plural(kind), tuple(short), namespaced, defined)


_TABLES = ((_BUILT_IN, False), (_DEFINED, True), (_AGGREGATED, False))
KINDS: tuple[Kind, ...] = tuple(
    _kind(group, versions, entry, defined)
    for table, defined in _TABLES
    for (group, versions), entries in table.items()
    for entry in entries.split()
)


def defined_by(data: Mapping[str, object]) -> Kind:
    """A kind that the table does not have, as somebody's CustomResourceDefinition would make it."""
    group, _, version = str(data["apiVersion"]).rpartition("/")
    return _kind(group, version, str(data["kind"]), True)
