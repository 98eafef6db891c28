"""The annotations that Istio knows, and those of its domains that resources carry."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from msgspec import Struct

from meshctl.graph.fields import mapping
from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.nearest import Names
from meshctl.graph.view import View
from meshctl.graph.workloads import owner
from meshctl.model.paths import Path

Maturity = Literal["alpha", "beta", "stable"]

ANY = "Any"
# Written by Istio itself, never by people.
_IGNORED = frozenset({"sidecar.istio.io/status", "gateway.istio.io/controller-version", "istio.io/rev"})
_INGRESS_CLASS = "kubernetes.io/ingress.class"
_MANAGED = "gateway.istio.io/managed"

_BY_KINDS: Mapping[tuple[str, ...], str] = {
    ("Pod",): """
        ambient.istio.io/bypass-inbound-capture ambient.istio.io/dns-capture ambient.istio.io/redirection
        inject.istio.io/templates istio.io/reroute-virtual-interfaces prometheus.istio.io/merge-metrics
        proxy.istio.io/config proxy.istio.io/overrides
        readiness.status.sidecar.istio.io/applicationPorts readiness.status.sidecar.istio.io/failureThreshold
        readiness.status.sidecar.istio.io/initialDelaySeconds readiness.status.sidecar.istio.io/periodSeconds
        sidecar.istio.io/agentLogLevel sidecar.istio.io/bootstrapOverride sidecar.istio.io/componentLogLevel
        sidecar.istio.io/discoveryAddress sidecar.istio.io/extraStatTags sidecar.istio.io/inject
        sidecar.istio.io/interceptionMode sidecar.istio.io/logLevel sidecar.istio.io/nativeSidecar
        sidecar.istio.io/proxyCPU sidecar.istio.io/proxyCPULimit sidecar.istio.io/proxyImage
        sidecar.istio.io/proxyImageType sidecar.istio.io/proxyMemory sidecar.istio.io/proxyMemoryLimit
        sidecar.istio.io/rewriteAppHTTPProbers sidecar.istio.io/statsCompression
        sidecar.istio.io/statsEvictionInterval sidecar.istio.io/statsFlushInterval
        sidecar.istio.io/statsHistogramBins sidecar.istio.io/statsHistogramBuckets
        sidecar.istio.io/statsInclusionPrefixes sidecar.istio.io/statsInclusionRegexps
        sidecar.istio.io/statsInclusionSuffixes sidecar.istio.io/userVolume sidecar.istio.io/userVolumeMount
        status.sidecar.istio.io/port traffic.sidecar.istio.io/excludeInboundPorts
        traffic.sidecar.istio.io/excludeInterfaces traffic.sidecar.istio.io/excludeOutboundIPRanges
        traffic.sidecar.istio.io/excludeOutboundPorts traffic.sidecar.istio.io/includeInboundPorts
        traffic.sidecar.istio.io/includeOutboundIPRanges traffic.sidecar.istio.io/includeOutboundPorts
        traffic.sidecar.istio.io/kubevirtInterfaces""",
    ("Service",): """
        alpha.istio.io/canonical-serviceaccounts alpha.istio.io/kubernetes-serviceaccounts
        networking.istio.io/exportTo traffic.istio.io/nodeSelector""",
    ("Namespace",): "topology.istio.io/controlPlaneClusters",
    ("Namespace", "Service", "ServiceEntry"): "networking.istio.io/traffic-distribution "
    "istio.io/use-waypoint-canary-weight",
    (ANY,): "galley.istio.io/analyze-suppress",
    ("Gateway",): "gateway.istio.io/name-override gateway.istio.io/service-account networking.istio.io/service-type",
    ("Gateway", "GatewayClass"): "ambient.istio.io/waypoint-inbound-binding",
    ("AuthorizationPolicy",): "istio.io/dry-run",
    ("Ingress",): _INGRESS_CLASS,
    ("WorkloadEntry",): "istio.io/autoRegistrationGroup istio.io/connectedAt istio.io/disconnectedAt "
    "istio.io/workloadController",
}
_CONFIG = "proxy.istio.io/config"
_STATS = f"the annotation {_CONFIG} with proxyStatsMatcher"
# What takes the place of a deprecated annotation; empty where nothing does.
_DEPRECATED: Mapping[str, str] = {
    "alpha.istio.io/canonical-serviceaccounts": "",
    "alpha.istio.io/kubernetes-serviceaccounts": "",
    "sidecar.istio.io/discoveryAddress": f"the annotation {_CONFIG} with discoveryAddress",
    "sidecar.istio.io/extraStatTags": f"the annotation {_CONFIG} with extraStatTags",
    "sidecar.istio.io/inject": "the label sidecar.istio.io/inject",
    "sidecar.istio.io/statsCompression": f"the annotation {_CONFIG} with statsCompression",
    "sidecar.istio.io/statsInclusionPrefixes": _STATS,
    "sidecar.istio.io/statsInclusionRegexps": _STATS,
    "sidecar.istio.io/statsInclusionSuffixes": _STATS,
    "traffic.sidecar.istio.io/kubevirtInterfaces": "the annotation istio.io/reroute-virtual-interfaces",
}
_MATURE: Mapping[str, Maturity] = {
    "ambient.istio.io/redirection": "beta",
    _CONFIG: "beta",
    "sidecar.istio.io/inject": "beta",
    _INGRESS_CLASS: "stable",
    "traffic.istio.io/nodeSelector": "stable",
}
LABELS_NOT_ANNOTATIONS = frozenset(
    [
        "gateway.istio.io/managed",
        "istio.io/dataplane-mode",
        "istio.io/global",
        "istio.io/ingress-use-waypoint",
        "istio.io/tag",
        "istio.io/use-waypoint",
        "istio.io/use-waypoint-namespace",
        "istio.io/waypoint-for",
        "networking.istio.io/enable-autoallocate-ip",
        "networking.istio.io/gatewayPort",
        "networking.istio.io/tunnel",
        "security.istio.io/tlsMode",
        "service.istio.io/canonical-name",
        "service.istio.io/canonical-revision",
        "service.istio.io/workload-name",
        "topology.istio.io/cluster",
        "topology.istio.io/network",
        "topology.istio.io/subzone",
    ]
)
"""Names that Istio reads, but as labels."""


class KnownAnnotation(Struct, frozen=True):
    """An annotation of Istio: the kinds that it works on, and what to use instead (None unless it is deprecated)."""

    kinds: tuple[str, ...]
    maturity: Maturity
    instead: str | None

    def works_on(self, kind: str) -> bool:
        """Whether a resource of that kind is the place for it."""
        return kind in self.kinds or ANY in self.kinds


KNOWN: Mapping[str, KnownAnnotation] = {
    name: KnownAnnotation(kinds, _MATURE.get(name, "alpha"), _DEPRECATED.get(name))
    for kinds, names in _BY_KINDS.items()
    for name in names.split()
}


class Annotation(NamedTuple):
    """An annotation of Istio's domains as a resource carries it; `kind` is Pod where a pod template does.

    `known` is None for one that Istio does not know. `labels` are those that stand beside it. `copied` says that Istio
    made the resource for a Gateway and took its annotations from there.
    """

    subject: View
    path: Path
    name: str
    value: str
    kind: str
    known: KnownAnnotation | None
    labels: Mapping[str, str]
    copied: bool

    @property
    def is_istios(self) -> bool:
        """Whether the domain is one of Istio's, and does not only end like it: `foo.myistio.io`."""
        domain = self.name.partition("/")[0]
        return domain == "istio.io" or domain.endswith(".istio.io") or self.known is not None


@index(Namespace, Service, Workload)
def istio_annotations(mesh: MeshGraph) -> tuple[Annotation, ...]:
    """Those on Namespaces, Services, workloads and pod templates.

    What Istio itself writes is left out; and pods whose template is in the input.
    """
    return tuple(_annotations(mesh))


def nearest_annotation(name: str) -> str | None:
    """The annotation that was probably meant: one with a slip less, other capitals, or another domain; or None."""
    by_lower = {known.lower(): known for known in KNOWN}
    lower = name.lower()
    near = lower if lower in by_lower else Names(by_lower).nearest(lower)
    tail = lower.partition("/")[2]
    return by_lower.get(near or "") or next((k for k in KNOWN if tail and k.lower().endswith("/" + tail)), None)


def _annotations(mesh: MeshGraph) -> Iterator[Annotation]:
    own: Path = ("metadata", "annotations")
    for view in (*mesh.all(Namespace), *mesh.all(Service)):
        if mapping(view.data.get("metadata")).get("annotations"):
            yield from _carried(view, own, view.id.kind, view.annotations, view.labels)
    for workload in mesh.all(Workload):
        # Most workloads carry none, which has to be found out quickly.
        outer = not workload.is_pod and mapping(workload.data.get("metadata")).get("annotations")
        if not outer and not workload.pod_annotations:
            continue
        if workload.controller[0] and owner(mesh, workload) is not None:
            continue
        if outer:
            yield from _carried(workload, own, workload.id.kind, workload.annotations, workload.labels)
        yield from _carried(workload, workload.pod_field(*own), "Pod", workload.pod_annotations, workload.pod_labels)


def _carried(
    view: View, path: Path, kind: str, annotations: Mapping[str, str], labels: Mapping[str, str]
) -> Iterator[Annotation]:
    for name, value in annotations.items():
        known = KNOWN.get(name)
        if known or (name.partition("/")[0].endswith("istio.io") and name not in _IGNORED):
            yield Annotation(view, (*path, name), name, value, kind, known, labels, _MANAGED in view.labels)
