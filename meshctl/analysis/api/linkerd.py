"""What checks of Linkerd import beside the general vocabulary."""

from meshctl.graph.linkerd.config import linkerd_config_map, linkerd_namespace, linkerd_values, trust_domain
from meshctl.graph.linkerd.injection import (
    VALUES,
    LinkerdDecision,
    LinkerdInjection,
    gets_linkerd_proxy,
    linkerd_injection,
)
from meshctl.graph.linkerd.presence import INJECT, is_control_plane, linkerd_proxy

__all__ = [
    "INJECT",
    "VALUES",
    "LinkerdDecision",
    "LinkerdInjection",
    "gets_linkerd_proxy",
    "is_control_plane",
    "linkerd_config_map",
    "linkerd_injection",
    "linkerd_namespace",
    "linkerd_proxy",
    "linkerd_values",
    "trust_domain",
]
