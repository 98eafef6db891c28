"""What checks of Linkerd import beside the general vocabulary."""

from meshctl.graph.kinds.linkerd import (
    EgressNetwork,
    ExternalWorkload,
    LinkerdAuthorizationPolicy,
    LinkerdServer,
    MeshTlsAuthentication,
    NetworkAuthentication,
    RateLimit,
    ServerAuthorization,
    ServiceAccount,
    ServiceProfile,
)
from meshctl.graph.linkerd.annotations import ConfigAnnotation, config_annotations, is_config, nearest_config
from meshctl.graph.linkerd.annotationvalues import CONFIG, INBOUND_POLICIES, INSTEAD, WAIT, value_problem
from meshctl.graph.linkerd.config import linkerd_config_map, linkerd_namespace, linkerd_values, trust_domain
from meshctl.graph.linkerd.injection import (
    VALUES,
    LinkerdDecision,
    LinkerdInjection,
    gets_linkerd_proxy,
    linkerd_injection,
)
from meshctl.graph.linkerd.meshed import Asked, Told, asked_workloads, meshed_workloads, told
from meshctl.graph.linkerd.portlists import PortRange, port_ranges
from meshctl.graph.linkerd.presence import INJECT, MESHED, is_control_plane, linkerd_proxy

__all__ = [
    "CONFIG",
    "INBOUND_POLICIES",
    "INJECT",
    "INSTEAD",
    "MESHED",
    "VALUES",
    "WAIT",
    "Asked",
    "ConfigAnnotation",
    "EgressNetwork",
    "ExternalWorkload",
    "LinkerdAuthorizationPolicy",
    "LinkerdDecision",
    "LinkerdInjection",
    "LinkerdServer",
    "MeshTlsAuthentication",
    "NetworkAuthentication",
    "PortRange",
    "RateLimit",
    "ServerAuthorization",
    "ServiceAccount",
    "ServiceProfile",
    "Told",
    "asked_workloads",
    "config_annotations",
    "gets_linkerd_proxy",
    "is_config",
    "is_control_plane",
    "linkerd_config_map",
    "linkerd_injection",
    "linkerd_namespace",
    "linkerd_proxy",
    "linkerd_values",
    "meshed_workloads",
    "nearest_config",
    "port_ranges",
    "told",
    "trust_domain",
    "value_problem",
]
