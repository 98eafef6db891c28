"""What checks of Linkerd import beside the general vocabulary."""

from meshctl.graph.kinds.core import ServiceAccount
from meshctl.graph.kinds.gateway_api import ListenerOwner
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.linkerd import (
    EGRESS_NETWORK,
    MESH_TLS,
    NAMESPACE,
    NETWORK,
    SERVER,
    SERVICE_ACCOUNT,
    EgressNetwork,
    ExternalWorkload,
    LinkerdAuthorizationPolicy,
    LinkerdServer,
    MeshTlsAuthentication,
    NetworkAuthentication,
    NetworkBlock,
    RateLimit,
    Reference,
    ServerAuthorization,
    ServiceProfile,
)
from meshctl.graph.kubernetesgateway.meshroutes import mesh_routes
from meshctl.graph.kubernetesgateway.precedence import age
from meshctl.graph.linkerd.annotations import ConfigAnnotation, config_annotations, is_config, nearest_config
from meshctl.graph.linkerd.annotationvalues import CONFIG, INBOUND_POLICIES, INSTEAD, WAIT, value_problem
from meshctl.graph.linkerd.answering import answering
from meshctl.graph.linkerd.config import linkerd_config_map, linkerd_namespace, linkerd_values, trust_domain
from meshctl.graph.linkerd.identities import IdentityUse, accounts, identity_uses
from meshctl.graph.linkerd.injection import (
    VALUES,
    LinkerdDecision,
    LinkerdInjection,
    gets_linkerd_proxy,
    linkerd_injection,
)
from meshctl.graph.linkerd.meshed import Asked, Told, asked_workloads, meshed_workloads, told
from meshctl.graph.linkerd.networks import cluster_networks, network, overlapping, within
from meshctl.graph.linkerd.permissions import (
    ROUTE_KINDS,
    demands_identity,
    older_targets,
    permissions,
    unresolved,
)
from meshctl.graph.linkerd.portlists import PortRange, port_ranges
from meshctl.graph.linkerd.ports import ADMIN_PORT, http_probes, pod_ports, service_targets
from meshctl.graph.linkerd.presence import EXTENSION, INJECT, MESHED, is_control_plane, is_linkerds_own, linkerd_proxy
from meshctl.graph.linkerd.probes import refused_probes
from meshctl.graph.linkerd.proxybounds import proxy_bounds
from meshctl.graph.linkerd.routeannotations import (
    BREAKER,
    BREAKER_ANNOTATIONS,
    SUCCESS_RATE,
    is_breaker,
    route_annotation_problem,
)
from meshctl.graph.linkerd.servers import Selection, no_pods, server_pods, servers_by_port
from meshctl.graph.linkerd.skippedports import skipped_ports

__all__ = [
    "ADMIN_PORT",
    "BREAKER",
    "BREAKER_ANNOTATIONS",
    "CONFIG",
    "EGRESS_NETWORK",
    "EXTENSION",
    "INBOUND_POLICIES",
    "INJECT",
    "INSTEAD",
    "MESHED",
    "MESH_TLS",
    "NAMESPACE",
    "NETWORK",
    "ROUTE_KINDS",
    "SERVER",
    "SERVICE_ACCOUNT",
    "SUCCESS_RATE",
    "VALUES",
    "WAIT",
    "Asked",
    "ConfigAnnotation",
    "EgressNetwork",
    "ExternalWorkload",
    "GatewayRoute",
    "IdentityUse",
    "LinkerdAuthorizationPolicy",
    "LinkerdDecision",
    "LinkerdInjection",
    "LinkerdServer",
    "ListenerOwner",
    "MeshTlsAuthentication",
    "NetworkAuthentication",
    "NetworkBlock",
    "PortRange",
    "RateLimit",
    "Reference",
    "Selection",
    "ServerAuthorization",
    "ServiceAccount",
    "ServiceProfile",
    "Told",
    "accounts",
    "age",
    "answering",
    "asked_workloads",
    "cluster_networks",
    "config_annotations",
    "demands_identity",
    "gets_linkerd_proxy",
    "http_probes",
    "identity_uses",
    "is_breaker",
    "is_config",
    "is_control_plane",
    "is_linkerds_own",
    "linkerd_config_map",
    "linkerd_injection",
    "linkerd_namespace",
    "linkerd_proxy",
    "linkerd_values",
    "mesh_routes",
    "meshed_workloads",
    "nearest_config",
    "network",
    "no_pods",
    "older_targets",
    "overlapping",
    "permissions",
    "pod_ports",
    "port_ranges",
    "proxy_bounds",
    "refused_probes",
    "route_annotation_problem",
    "server_pods",
    "servers_by_port",
    "service_targets",
    "skipped_ports",
    "told",
    "trust_domain",
    "unresolved",
    "value_problem",
    "within",
]
