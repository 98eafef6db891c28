"""The rules of an AuthorizationPolicy, each part as the constraints that it puts on a request."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshctl.graph.fields import Fields, mapping, numbered, numbered_texts, text
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path

PRINCIPAL = "source.principal"
NAMESPACE = "source.namespace"
SERVICE_ACCOUNT = "source.serviceAccount"
TRUST_DOMAIN = "source.trustDomain"
SOURCE_IP = "source.ip"
REMOTE_IP = "remote.ip"
REQUEST_PRINCIPAL = "request.auth.principal"
HOST, METHOD, URL_PATH, PORT = "host", "method", "path", "destination.port"
DESTINATION_IP, SNI = "destination.ip", "connection.sni"
HEADER = "request.headers"

_SOURCE = {
    "principals": PRINCIPAL,
    "requestPrincipals": REQUEST_PRINCIPAL,
    "namespaces": NAMESPACE,
    "serviceAccounts": SERVICE_ACCOUNT,
    "trustDomains": TRUST_DOMAIN,
    "ipBlocks": SOURCE_IP,
    "remoteIpBlocks": REMOTE_IP,
}
_OPERATION = {"hosts": HOST, "ports": PORT, "methods": METHOD, "paths": URL_PATH}
_DRY_RUN = "istio.io/dry-run"


class Value(NamedTuple):
    """A value with the path where it stands: as written, but for service accounts, which are `namespace/name`."""

    path: Path
    text: str


class Constraint(NamedTuple):
    """One attribute must have one of `values`, if there are any, and none of `excluded`.

    The attribute is named as in `when`; `host`, `method` and `path` have no name there. `path` is that of the source,
    operation or condition.
    """

    attribute: str
    path: Path
    values: tuple[Value, ...]
    excluded: tuple[Value, ...]

    @property
    def needs_http(self) -> bool:
        """Whether only HTTP has the attribute."""
        return self.attribute in (HOST, METHOD, URL_PATH) or self.attribute.startswith("request.")

    @property
    def needs_identity(self) -> bool:
        """Whether only a caller with mTLS has the attribute."""
        return self.attribute in (PRINCIPAL, NAMESPACE, SERVICE_ACCOUNT, TRUST_DOMAIN)


Part = tuple[Constraint, ...]
"""Constraints that hold together: one source, or one operation."""


class Rule(NamedTuple):
    """A rule fits if one of its `sources`, one of its `operations` and all `conditions` do; what is empty fits."""

    path: Path
    sources: tuple[Part, ...]
    operations: tuple[Part, ...]
    conditions: Part

    @property
    def constraints(self) -> Iterator[Constraint]:
        """All that it constrains, of every part."""
        for part in (*self.sources, *self.operations, self.conditions):
            yield from part

    @property
    def is_unconditional(self) -> bool:
        """Whether every request fits: one source and one operation say nothing, as does `when`."""
        sides = (self.sources, self.operations)
        return not self.conditions and all(not side or () in side for side in sides)


def action_of(policy: AuthorizationPolicy) -> str:
    """ALLOW where nothing is said."""
    return text(policy.spec.get("action")) or "ALLOW"


def is_dry_run(policy: AuthorizationPolicy) -> bool:
    """Whether it is only tried: the proxy counts what it would do, and does nothing."""
    return policy.annotations.get(_DRY_RUN, "").lower() in ("1", "t", "true")


@index(AuthorizationPolicy)
def _known(mesh: MeshGraph) -> Mapping[ResourceId, tuple[Rule, ...]]:
    return {
        policy.id: tuple(
            _rule(rule, ("spec", "rules", i), policy.namespace) for i, rule in numbered(policy.spec.get("rules"))
        )
        for policy in mesh.all(AuthorizationPolicy)
    }


def rules_of(mesh: MeshGraph, policy: AuthorizationPolicy) -> tuple[Rule, ...]:
    """The rules of a policy in order."""
    return _known(mesh)[policy.id]


def rules(mesh: MeshGraph) -> Iterator[tuple[AuthorizationPolicy, Rule]]:
    """Every rule of every policy."""
    for policy in mesh.all(AuthorizationPolicy):
        for rule in rules_of(mesh, policy):
            yield policy, rule


def constraints(mesh: MeshGraph) -> Iterator[tuple[AuthorizationPolicy, Constraint]]:
    """Every constraint of every rule."""
    for policy, rule in rules(mesh):
        for constraint in rule.constraints:
            yield policy, constraint


def _rule(rule: Fields, path: Path, home: str) -> Rule:
    sources = ((i, each.get("source")) for i, each in numbered(rule.get("from")))
    operations = ((i, each.get("operation")) for i, each in numbered(rule.get("to")))
    return Rule(
        path,
        tuple(_part(source, (*path, "from", i, "source"), _SOURCE, home) for i, source in sources),
        tuple(_part(operation, (*path, "to", i, "operation"), _OPERATION, home) for i, operation in operations),
        tuple(_conditions(rule, path, home)),
    )


def _part(value: object, path: Path, attributes: dict[str, str], home: str) -> Part:
    fields = mapping(value)
    found = []
    for field, attribute in attributes.items():
        negated = f"not{field[0].upper()}{field[1:]}"
        values, excluded = (_values(fields, path, name, attribute, home) for name in (field, negated))
        if values or excluded:
            found.append(Constraint(attribute, path, values, excluded))
    return tuple(found)


def _conditions(rule: Fields, path: Path, home: str) -> Iterator[Constraint]:
    for i, condition in numbered(rule.get("when")):
        place: Path = (*path, "when", i)
        key = text(condition.get("key"))
        values, excluded = (_values(condition, place, field, key, home) for field in ("values", "notValues"))
        if values or excluded:
            yield Constraint(key, place, values, excluded)


def _values(fields: Fields, path: Path, field: str, attribute: str, home: str) -> tuple[Value, ...]:
    """The values of a field; a service account without namespace is one of the policy's."""
    of_home = f"{home}/" if attribute == SERVICE_ACCOUNT else ""
    return tuple(
        Value((*path, field, i), item if "/" in item else of_home + item)
        for i, item in numbered_texts(fields.get(field))
    )
