"""Whom policies with CUSTOM ask."""

from collections.abc import Iterator
from typing import NamedTuple

from meshctl.graph.authorization.policies import policies
from meshctl.graph.authorization.rules import action_of, is_dry_run
from meshctl.graph.fields import mapping, text
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.meshconfig import MeshConfig, mesh_config

_HTTP, _GRPC = "envoyExtAuthzHttp", "envoyExtAuthzGrpc"


def provider_name(policy: AuthorizationPolicy) -> str:
    """The provider that a policy with CUSTOM asks."""
    return text(mapping(policy.spec.get("provider")).get("name"))


def provider_problem(mesh: MeshGraph, policy: AuthorizationPolicy) -> str:
    """Why the provider cannot be asked, as the end of a sentence, so that what fits is refused; empty where it may."""
    config, name = mesh_config(mesh), provider_name(policy)
    provider = config.extension_providers.get(name)
    if provider is None:
        return "is not in the MeshConfig" if config.known else ""
    return "" if _HTTP in provider or _GRPC in provider else "does not authorize requests"


def skips_tcp(mesh: MeshGraph, policy: AuthorizationPolicy) -> bool:
    """Whether the provider speaks HTTP, so that it is not asked about TCP connections."""
    return _HTTP in mesh_config(mesh).extension_providers.get(provider_name(policy), {})


def authorizers(config: MeshConfig) -> list[str]:
    """The providers that authorize requests, sorted."""
    return sorted(
        name for name, provider in config.extension_providers.items() if _HTTP in provider or _GRPC in provider
    )


class Rival(NamedTuple):
    """A policy that asks another provider than an earlier or wider one for the same workloads."""

    policy: AuthorizationPolicy
    other: AuthorizationPolicy


def rival_providers(mesh: MeshGraph) -> Iterator[Rival]:
    """Policies with CUSTOM for workloads for which another one asks somebody else; of two alike, the later."""
    known = policies(mesh)
    first: dict[tuple[str, frozenset[tuple[str, str]]], dict[str, AuthorizationPolicy]] = {}
    asking = [
        policy
        for policy in mesh.all(AuthorizationPolicy)
        if action_of(policy) == "CUSTOM" and not policy.targets and not is_dry_run(policy)
    ]
    for policy in asking:
        scope = policy.namespace, frozenset(policy.selector.items())
        first.setdefault(scope, {}).setdefault(provider_name(policy), policy)
    for policy in asking:
        own = policy.namespace, frozenset(policy.selector.items())
        for place in dict.fromkeys((known.root, policy.namespace)):
            for selector in (frozenset[tuple[str, str]](), *known.selectors(policy.selector, place)):
                # Of those with the same selector the first one asks rightly.
                those = list(first.get((place, selector), {}).values())
                others = those[:1] if (place, selector) == own else those
                rival = next((o for o in others if provider_name(o) != provider_name(policy)), None)
                if rival is not None:
                    yield Rival(policy, rival)
                    break
            else:
                continue
            break
