"""What checks of Linkerd's control plane, of its proxies that run and of its links to other clusters import."""

from meshctl.analysis.proxied import pods_together
from meshctl.graph.kinds.discovery import EndpointSlice
from meshctl.graph.kinds.linkerd import ExternalWorkload, LinkerdServer
from meshctl.graph.kinds.linkerdcontrol import DaemonSet, Link, ValidatingWebhookConfiguration
from meshctl.graph.kinds.secretmaker import TrustBundle
from meshctl.graph.linkerd.certificates import (
    ROOTS,
    Judged,
    WebhookCertificate,
    algorithm_problem,
    ca_bundle,
    certificate_texts,
    is_for,
    is_signed_by,
    issuer_secret,
    public_part,
    read_certificates,
    trust_roots,
    trusted_texts,
    validity,
    webhook_certificates,
)
from meshctl.graph.linkerd.config import NAME as CONFIG_MAP
from meshctl.graph.linkerd.config import linkerd_config_map, linkerd_values
from meshctl.graph.linkerd.controlplane import (
    PROXY_VERSION,
    available,
    condition,
    control_plane,
    docker_nodes,
    extension_namespaces,
    installed_version,
    needed_definitions,
    outside_networks,
)
from meshctl.graph.linkerd.meshed import told
from meshctl.graph.linkerd.multicluster import (
    CLUSTER,
    endpoints_are_known,
    has_own_endpoints,
    linked_clusters,
    mirror_controllers,
    mirror_services,
    services_with_endpoints,
)
from meshctl.graph.linkerd.networks import cluster_networks
from meshctl.graph.linkerd.opaqueports import OPAQUE_PORTS, opaque_mismatches
from meshctl.graph.linkerd.presence import EXTENSION, PROXY, linkerd_proxy
from meshctl.graph.linkerd.proxies import (
    INITS,
    ITS_TURN,
    by_workload,
    container_status,
    control_plane_pods,
    data_plane_pods,
    is_starting,
    linkerd_pods,
    proxy_version,
    stated_anchors,
    waiting_reason,
    why_not_available,
)
from meshctl.graph.linkerd.webhooks import CNI as CNI_LABEL
from meshctl.graph.linkerd.webhooks import NAME as INJECTOR_WEBHOOK

__all__ = [
    "CLUSTER",
    "CNI_LABEL",
    "CONFIG_MAP",
    "EXTENSION",
    "INITS",
    "INJECTOR_WEBHOOK",
    "ITS_TURN",
    "OPAQUE_PORTS",
    "PROXY",
    "PROXY_VERSION",
    "ROOTS",
    "DaemonSet",
    "EndpointSlice",
    "ExternalWorkload",
    "Judged",
    "Link",
    "LinkerdServer",
    "TrustBundle",
    "ValidatingWebhookConfiguration",
    "WebhookCertificate",
    "algorithm_problem",
    "available",
    "by_workload",
    "ca_bundle",
    "certificate_texts",
    "cluster_networks",
    "condition",
    "container_status",
    "control_plane",
    "control_plane_pods",
    "data_plane_pods",
    "docker_nodes",
    "endpoints_are_known",
    "extension_namespaces",
    "has_own_endpoints",
    "installed_version",
    "is_for",
    "is_signed_by",
    "is_starting",
    "issuer_secret",
    "linked_clusters",
    "linkerd_config_map",
    "linkerd_pods",
    "linkerd_proxy",
    "linkerd_values",
    "mirror_controllers",
    "mirror_services",
    "needed_definitions",
    "opaque_mismatches",
    "outside_networks",
    "pods_together",
    "proxy_version",
    "public_part",
    "read_certificates",
    "services_with_endpoints",
    "stated_anchors",
    "told",
    "trust_roots",
    "trusted_texts",
    "validity",
    "waiting_reason",
    "webhook_certificates",
    "why_not_available",
]
