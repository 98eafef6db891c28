"""Rules against the ports of the workloads they are for: HTTP asked of other protocols, and ports that are none."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meshctl.graph.authorization.rules import PORT, Constraint, Part, Rule, Value, action_of, rules
from meshctl.graph.authorization.selected import Selected, ServedPort, selections
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.protocols import speaks_http


class HttpOnTcp(NamedTuple):
    """A rule with an attribute of HTTP for ports of which none is HTTP."""

    policy: AuthorizationPolicy
    rule: Rule
    constraint: Constraint
    ports: tuple[ServedPort, ...]


class StrangePort(NamedTuple):
    """A port in a rule that no selected pod takes requests on; `instead` are Services that have it, and send to others.

    Without any, nothing of the input has the port.
    """

    policy: AuthorizationPolicy
    value: Value
    instead: tuple[ServedPort, ...]
    targets: tuple[int, ...]


def http_on_tcp(mesh: MeshGraph) -> Iterator[HttpOnTcp]:
    """Rules that allow or deny by HTTP where sidecars see TCP: what allows fits nothing, what denies fits all.

    Of rules that deny, only those that name the ports: without, IST0133 tells of it.
    """
    for policy, rule in rules(mesh):
        http = next((constraint for constraint in rule.constraints if constraint.needs_http), None)
        action = action_of(policy)
        if http is None or action not in ("ALLOW", "DENY"):
            continue
        selected = selections(mesh).of(policy)
        if selected is None or selected.others or selected.any_gateway or selected.enforcers != {"sidecar"}:
            continue
        parts = [(*operation, *rule.conditions) for operation in rule.operations or ((),)]
        found = [_not_http(selected, part, named=action == "DENY") for part in parts]
        if all(found):
            ports = tuple(dict.fromkeys(port for those in found for port in those))
            yield HttpOnTcp(policy, rule, http, ports)


def _not_http(selected: Selected, part: Part, *, named: bool) -> Sequence[ServedPort]:
    """The ports that a part is for, if surely none of them is HTTP; with `named` only where it names them."""
    numbers = [value.text for constraint in part if constraint.attribute == PORT for value in constraint.values]
    if numbers:
        those = [selected.served.get(int(number)) if number.isdecimal() else None for number in numbers]
    elif named or selected.declared - selected.served.keys():
        return ()
    else:
        those = list(selected.served.values())
    found = [port for ports in those for port in ports or ()]
    return found if all(those) and all(speaks_http(served.port) is False for served in found) else ()


def strange_ports(mesh: MeshGraph) -> Iterator[StrangePort]:
    """Ports in rules that are only those of a Service, or nobody's. Gateways and waypoints are left out."""
    for policy, rule in rules(mesh):
        for constraint in rule.constraints:
            selected = selections(mesh).of(policy) if constraint.attribute == PORT else None
            if selected and selected.workloads and not selected.others and not selected.any_gateway:
                for value in (*constraint.values, *constraint.excluded):
                    yield from _strange(policy, value, selected)


def _strange(policy: AuthorizationPolicy, value: Value, selected: Selected) -> Iterator[StrangePort]:
    number = int(value.text) if value.text.isdecimal() else 0
    if not number or number in selected.served or number in selected.declared:
        return
    instead = tuple(selected.by_service_port.get(number, ()))
    targets = tuple(sorted(n for n, ports in selected.served.items() if set(ports) & set(instead)))
    # Containers need not say their ports: where one does not, nothing is known.
    if targets or (selected.all_declare and not instead):
        yield StrangePort(policy, value, instead, targets)
