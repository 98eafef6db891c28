"""Who enforces AuthorizationPolicies for a workload, and how each reads a rule."""

from collections.abc import Iterable, Iterator
from typing import Literal

from meshctl.graph.ambient import in_ambient
from meshctl.graph.authorization.answers import Answer, all_of, any_of, opposite
from meshctl.graph.authorization.request import Request, attribute_fits
from meshctl.graph.authorization.rules import (
    DESTINATION_IP,
    NAMESPACE,
    PORT,
    PRINCIPAL,
    SERVICE_ACCOUNT,
    SOURCE_IP,
    TRUST_DOMAIN,
    Constraint,
    Part,
    Rule,
)
from meshctl.graph.deployedgateways import GATEWAY_NAME, is_waypoint
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxied import gets_proxy

Called = Workload | Machine | KubernetesGateway
"""What is called: a workload, or a Gateway of the Gateway API in place of the pods that are made for it."""

Enforcer = Literal["sidecar", "gateway", "waypoint", "ztunnel", "nobody", "unknown"]
"""`sidecar` is also the proxy of a gateway that is not one of the Gateway API; `unknown` is a sidecar or nobody."""

Domains = tuple[str, ...]
"""The trust domains of the mesh; empty for ztunnel, which knows no aliases."""

READS = (Namespace, ConfigMap, MutatingWebhookConfiguration)
"""The kinds that tell who enforces, beside those of what is called."""

_ZTUNNEL = frozenset({SOURCE_IP, NAMESPACE, PRINCIPAL, DESTINATION_IP, PORT})


def enforcer_of(mesh: MeshGraph, called: Called) -> Enforcer:
    """Who enforces the policies for something that is called."""
    if isinstance(called, Machine):
        return "sidecar"
    if isinstance(called, KubernetesGateway) or GATEWAY_NAME in called.pod_labels:
        return "waypoint" if is_waypoint(called) else "gateway"
    if in_ambient(mesh, called):
        return "ztunnel"
    gets = gets_proxy(mesh, called)
    return "unknown" if gets is None else "sidecar" if gets else "nobody"


def rule_fits(rule: Rule, action: str, request: Request, domains: Domains, enforcer: Enforcer) -> Answer:
    """Whether a rule fits a request, as that proxy reads the rule."""
    if enforcer == "ztunnel":
        return _fits_for_ztunnel(rule, action, request, domains)
    if not request.http:
        if action == "ALLOW" and any(constraint.needs_http for constraint in rule.constraints):
            return False
        rule = rule._replace(
            sources=tuple(_without_http(part) for part in rule.sources),
            operations=tuple(_without_http(part) for part in rule.operations),
            conditions=_without_http(rule.conditions),
        )
    sides = [part for part in (rule.sources, rule.operations) if part]
    return all_of(
        (
            *(any_of(_part_fits(part, request, domains) for part in side) for side in sides),
            _part_fits(rule.conditions, request, domains),
        )
    )


def in_the_way(rule: Rule, request: Request, domains: Domains, enforcer: Enforcer) -> tuple[Constraint, ...]:
    """The constraints for which a rule that allows does not fit: of sources and operations those of the nearest.

    Each has only the values that are in the way: those wanted, or those excluded.
    """
    if enforcer == "ztunnel" and (unread := unread_by_ztunnel(rule)):
        return unread
    if not request.http and (http := tuple(c for c in rule.constraints if c.needs_http)):
        return http
    sides = [part for part in (rule.sources, rule.operations, (rule.conditions,)) if part]
    nearest = (min((tuple(_obstacles(part, request, domains)) for part in side), key=len) for side in sides)
    return tuple(constraint for part in nearest for constraint in part)


def _obstacles(part: Part, request: Request, domains: Domains) -> Iterator[Constraint]:
    for constraint in part:
        wanted = constraint._replace(excluded=())
        if _constraint_fits(wanted, request, domains) is False:
            yield wanted
        elif _constraint_fits(constraint, request, domains) is False:
            yield constraint._replace(values=())


def unread_by_ztunnel(rule: Rule) -> tuple[Constraint, ...]:
    """The constraints that ztunnel does not know, for which it leaves out a rule that allows."""
    parts = (c for part in (*rule.sources, *rule.operations) for c in part)
    return tuple(
        constraint
        for known, constraint in (
            *((_ZTUNNEL | {SERVICE_ACCOUNT, TRUST_DOMAIN}, c) for c in parts),
            *((_ZTUNNEL, c) for c in rule.conditions),
        )
        if constraint.attribute not in known
    )


def _fits_for_ztunnel(rule: Rule, action: str, request: Request, domains: Domains) -> Answer:
    """ztunnel leaves out a rule that allows if it does not know all of it.

    Of one that denies it leaves out what it does not know, and nothing fits a source, operation or condition of which
    nothing is left.
    """
    if action == "ALLOW" and unread_by_ztunnel(rule):
        return False
    sides = [part for part in (rule.sources, rule.operations) if part]
    sides += [(tuple(c for c in (condition,) if c.attribute in _ZTUNNEL),) for condition in rule.conditions]
    return all_of(any_of(_l4_fits(part, request, domains) for part in side) for side in sides)


def _l4_fits(part: Part, request: Request, domains: Domains) -> Answer:
    known = tuple(c for c in part if c.attribute in _ZTUNNEL or c.attribute == SERVICE_ACCOUNT)
    return _part_fits(known, request, domains) if known else False


def _without_http(part: Part) -> Part:
    return tuple(constraint for constraint in part if not constraint.needs_http)


def _part_fits(part: Iterable[Constraint], request: Request, domains: Domains) -> Answer:
    return all_of(_constraint_fits(constraint, request, domains) for constraint in part)


def _constraint_fits(constraint: Constraint, request: Request, domains: Domains) -> Answer:
    attribute = constraint.attribute
    wanted, excluded = (
        [attribute_fits(attribute, value.text, request, domains) for value in values]
        for values in (constraint.values, constraint.excluded)
    )
    return all_of((any_of(wanted) if wanted else True, opposite(any_of(excluded))))
