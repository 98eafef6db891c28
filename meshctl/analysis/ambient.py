"""How checks of ambient mode say that nobody applies a policy or a rule."""

from collections.abc import Iterator
from typing import TypeVar

from meshctl.analysis.analyzer import Also, Claim
from meshctl.graph.ambientmesh.policies import read_by_nobody
from meshctl.graph.ambientmesh.services import targets_without_waypoint
from meshctl.graph.ambientmesh.told import is_told
from meshctl.graph.ambientmesh.traffic import Unapplied
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.kinds.policy import Policy
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.meshconfig import mesh_config
from meshctl.model.severity import Severity

P = TypeVar("P", bound=Policy)


def target_claims(mesh: MeshGraph, kind: type[P], harm: str) -> Iterator[Claim]:
    """One for each service without a waypoint that a policy of a kind names; `harm` is what comes of it."""
    for found in targets_without_waypoint(mesh):
        if found.target.policy.id.kind_key in kind.KINDS and not is_told(found.target.policy):
            state = "is in ambient mode without a waypoint" if isinstance(found.service, Service) else "has no waypoint"
            yield Claim(
                found.target.policy,
                (*found.target.path, "name"),
                f"{found.service.id} {state}, and nobody else reads a policy that names it: {harm}.",
                fix=f"Label it, or namespace {found.service.namespace}, with istio.io/use-waypoint.",
                related=(Also(found.service, ("metadata", "name"), "the service without a waypoint"),),
            )


def unread_claims(mesh: MeshGraph, kind: type[P], harm: str) -> Iterator[Claim]:
    """One for each policy of a kind without targets that is for workloads in ambient mode alone."""
    root = mesh_config(mesh).root_namespace
    for policy in read_by_nobody(mesh, kind):
        place = "" if policy.namespace == root else f" of namespace {policy.namespace}"
        whom = "The workloads that it selects" if policy.selector else f"All workloads{place}"
        yield Claim(
            policy,
            policy.place,
            f"{whom} are in ambient mode, where ztunnel does not know {policy.id.kind} and waypoints look at "
            f"targetRefs alone: {harm}.",
            fix="Name the Service or its waypoint in targetRefs instead.",
        )


def unapplied_claims(found: Unapplied) -> Iterator[Claim]:
    """That nobody applies a rule for clients in ambient mode; only an info where others do."""
    kind = found.rule.id.kind
    who = "For clients in ambient mode, nobody" if found.for_others else "Nobody"
    what = "these settings" if isinstance(found.rule, DestinationRule) else "its routes"
    if found.why == "far from waypoint":
        reason = f"the waypoint of {found.service.id} does not look at a {kind} of namespace {found.rule.namespace}"
        fix = f"Move it to namespace {found.service.namespace}."
    else:
        mode = " is in ambient mode and" if isinstance(found.service, Service) else ""
        reason = f"{found.service.id}{mode} has no waypoint, and ztunnel does not read a {kind}"
        fix = f"Label {found.service.id}, or its namespace, with istio.io/use-waypoint."
    yield Claim(
        found.rule,
        found.path,
        f"{who} applies {what}: {reason}.",
        fix=fix,
        related=(Also(found.service, ("metadata", "name"), "the service"),),
        severity=Severity.INFO if found.for_others else None,
    )
