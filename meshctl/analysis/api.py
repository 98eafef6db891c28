"""All that a check may import: the declaration, the claim, and the mesh with its views, indexes and relations."""

from meshctl.analysis.analyzer import ABSENT, Also, Analyzer, Claim, analyzer
from meshctl.graph.edges import Edge, Edges, Relation
from meshctl.graph.fields import integer, labels, listed, mapping, numbered, numbered_texts, text, texts
from meshctl.graph.hosts import HostEntry, Hosts, fqdn, hosts, overlap
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service, ServicePort
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.networking import (
    MESH,
    Delegate,
    Destination,
    DestinationRule,
    Gateway,
    ProxyConfig,
    Server,
    ServiceEntry,
    Sidecar,
    Subset,
    VirtualService,
)
from meshctl.graph.kinds.workload import Container, Deployment, Pod, Workload
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.nearest import Names
from meshctl.graph.relations.virtualservice import (
    GENERATED,
    delegates,
    destination_hosts,
    destination_subsets,
    subsets_by_host,
    virtualservice_gateways,
)
from meshctl.graph.relations.workloads import (
    destinationrule_hosts,
    gateway_workloads,
    service_workloads,
    sidecar_workloads,
)
from meshctl.graph.selectors import label_selector_matches, matches, selector_text
from meshctl.graph.view import View
from meshctl.graph.workloads import owner, pods, services_by_selector, top_owner, workloads
from meshctl.model.paths import Path, dotted
from meshctl.model.severity import Severity

__all__ = [
    "ABSENT",
    "Also",
    "Analyzer",
    "analyzer",
    "Claim",
    "ConfigMap",
    "Container",
    "Delegate",
    "delegates",
    "Deployment",
    "Destination",
    "destination_hosts",
    "destination_subsets",
    "DestinationRule",
    "destinationrule_hosts",
    "dotted",
    "Edge",
    "Edges",
    "fqdn",
    "Gateway",
    "gateway_workloads",
    "GENERATED",
    "HostEntry",
    "Hosts",
    "hosts",
    "index",
    "integer",
    "KubernetesGateway",
    "label_selector_matches",
    "labels",
    "listed",
    "mapping",
    "matches",
    "MESH",
    "MeshGraph",
    "Missing",
    "Names",
    "Namespace",
    "numbered",
    "numbered_texts",
    "overlap",
    "owner",
    "Path",
    "Pod",
    "pods",
    "ProxyConfig",
    "Relation",
    "selector_text",
    "Server",
    "Service",
    "service_workloads",
    "ServiceEntry",
    "ServicePort",
    "services_by_selector",
    "Severity",
    "Sidecar",
    "sidecar_workloads",
    "Subset",
    "subsets_by_host",
    "text",
    "texts",
    "top_owner",
    "View",
    "VirtualService",
    "virtualservice_gateways",
    "Workload",
    "workloads",
]
