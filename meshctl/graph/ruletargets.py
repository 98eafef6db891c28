"""What DestinationRules are for, whoever sees it, and those that are for nothing."""

from meshctl.graph.fields import texts
from meshctl.graph.hosts import HostEntry, Hosts, hosts
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry
from meshctl.graph.mesh import MeshGraph, Missing, index


def rule_target(mesh: MeshGraph, rule: DestinationRule) -> HostEntry | None:
    """What answers for the host of a rule; None for nothing, and for a wildcard, which is for many hosts."""
    return hosts(mesh).find(rule.host, rule.namespace) or hosts(mesh).hidden(rule.host, rule.namespace)


@index(DestinationRule, Service, ServiceEntry)
def rules_without_host(mesh: MeshGraph) -> tuple[tuple[DestinationRule, Missing], ...]:
    """Rules for a host that does not exist, or a wildcard that covers none; found without an edge for each provider.

    A host that exists and is hidden from the namespace of the rule is none of them.
    """
    known = hosts(mesh)
    return tuple(
        (rule, known.missing(rule.host, rule.namespace))
        for rule in mesh.all(DestinationRule)
        if rule.host and rule_target(mesh, rule) is None and not _for_many(known, rule.host)
    )


def seen_target(mesh: MeshGraph, rule: DestinationRule) -> HostEntry | None:
    """What answers for the host of a rule where the rule is seen: in the namespaces of its `exportTo`, or its own."""
    scopes = texts(rule.spec.get("exportTo"))
    clients = [rule.namespace if scope == "." else scope for scope in scopes]
    return hosts(mesh).find(rule.host, rule.namespace, clients or None)


def _for_many(known: Hosts, host: str) -> bool:
    """Whether a wildcard is a rule for the whole mesh, or for hosts that exist."""
    mesh_wide = host.startswith("*") and f".svc.{known.domain}".endswith(host[1:])
    return mesh_wide or known.any_below(host)
