"""Whom policies with CUSTOM ask."""

from meshctl.graph.fields import mapping, text
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.meshconfig import mesh_config

_HTTP, _GRPC = "envoyExtAuthzHttp", "envoyExtAuthzGrpc"


def provider_name(policy: AuthorizationPolicy) -> str:
    """The provider that a policy with CUSTOM asks."""
    return text(mapping(policy.spec.get("provider")).get("name"))


def provider_problem(mesh: MeshGraph, policy: AuthorizationPolicy) -> str:
    """Why the provider cannot be asked, so that what fits is refused; empty where it can, or may."""
    config, name = mesh_config(mesh), provider_name(policy)
    provider = config.extension_providers.get(name)
    if provider is None:
        return f"its provider {name} is not in the MeshConfig" if config.known else ""
    return "" if _HTTP in provider or _GRPC in provider else f"its provider {name} does not authorize requests"


def skips_tcp(mesh: MeshGraph, policy: AuthorizationPolicy) -> bool:
    """Whether the provider speaks HTTP, so that it is not asked about TCP connections."""
    return _HTTP in mesh_config(mesh).extension_providers.get(provider_name(policy), {})
