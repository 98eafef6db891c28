"""AuthorizationPolicies: which of them a listener enforces, and with which rules."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import EMPTY, Fields, mapping, numbered, text, texts
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.selectors import matches
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path
from meshctl.proxy.drift.conditions import HEADER, Condition, conditions, negated, plain
from meshctl.proxy.drift.rbac import CUSTOM, http_policies, permissions_of, principals_of
from meshctl.proxy.drift.values import UNREADABLE
from meshctl.proxy.drift.wants import Aspect, Want, want

_COVERS: tuple[Path, ...] = (
    ("filter_chains", "*", "filters", "*", "typed_config", "http_filters"),
    ("default_filter_chain", "filters", "*", "typed_config", "http_filters"),
)
_ACTIONS = {"ALLOW": "ALLOW", "DENY": "DENY", "AUDIT": "LOG", "CUSTOM": CUSTOM}
_DRY_RUN = "istio.io/dry-run"
_SOURCE = ("ipBlocks", "remoteIpBlocks", "principals", "namespaces")
_OPERATION = ("methods", "paths", "hosts", "ports", "destination.ip", "connection.sni")


def wants_of_authorization(viewer: Viewer) -> Iterator[Want]:
    """What the AuthorizationPolicies of a pod want of a listener with HTTP; those that only others have, to be gone."""
    for policy in viewer.mesh.all(AuthorizationPolicy):
        action = text(policy.spec.get("action")) or "ALLOW"
        if policy.targets or action not in _ACTIONS or policy.namespace not in (viewer.namespace, viewer.root):
            continue
        rules = list(numbered(policy.spec.get("rules")))
        if not matches(policy.selector, viewer.labels):
            yield want(policy, policy.place, _count(policy), 0)
        elif policy.annotations.get(_DRY_RUN) == "true":
            if action in ("ALLOW", "DENY") and rules:
                path = ("metadata", "annotations", _DRY_RUN)
                yield want(policy, path, _count(policy), 0)
                yield want(policy, path, _count(policy, shadow=True), len(rules), rest=True)
        elif rules:
            yield want(policy, policy.place, _present(policy), True)
            yield want(policy, ("spec", "rules"), _count(policy), len(rules), rest=True)
            yield want(policy, ("spec", "action"), _action(policy), _ACTIONS[action], rest=True)
            for i, rule in rules:
                yield from _rule(policy, i, rule)


def _key(policy: AuthorizationPolicy) -> str:
    return f"ns[{policy.namespace}]-policy[{policy.name}]-rule["


def _mine(policy: AuthorizationPolicy, listener: Any, shadow: bool = False) -> list[dict[str, tuple[str, Any]]]:
    """For each chain with HTTP: the rules of this policy by their key, each with the action."""
    start = _key(policy)
    return [{k: v for k, v in chain.items() if k.startswith(start)} for chain in http_policies(listener, shadow)]


def _agreed(values: list[Any]) -> Any:
    """What all chains say; several values where they do not agree."""
    distinct = list(dict.fromkeys(values))
    if UNREADABLE in distinct or not distinct:
        return UNREADABLE
    return distinct[0] if len(distinct) == 1 else tuple(sorted(distinct, key=repr))


def _present(policy: AuthorizationPolicy) -> Aspect:
    return Aspect(
        f"rbac.{_key(policy)}*]",
        lambda listener: _agreed([bool(chain) for chain in _mine(policy, listener)]),
        _COVERS,
    )


def _count(policy: AuthorizationPolicy, shadow: bool = False) -> Aspect:
    return Aspect(
        f"rbac.{'shadow_rules.' if shadow else ''}{_key(policy)}*]",
        lambda listener: _agreed([len(chain) for chain in _mine(policy, listener, shadow)]),
        _COVERS,
    )


def _action(policy: AuthorizationPolicy) -> Aspect:
    return Aspect(
        "rbac.rules.action",
        lambda listener: _agreed([_one([a for a, _ in chain.values()]) for chain in _mine(policy, listener)]),
        _COVERS,
    )


def _one(actions: list[str]) -> str | None:
    return actions[0] if actions else None


def _rule(policy: AuthorizationPolicy, i: int, rule: Fields) -> Iterator[Want]:
    key, path = f"{_key(policy)}{i}]", ("spec", "rules", i)
    asked = conditions(rule, path)
    for side, inner, names, parse in (
        ("from", "source", _SOURCE, principals_of),
        ("to", "operation", _OPERATION, permissions_of),
    ):
        entries = [(j, mapping(entry.get(inner))) for j, entry in numbered(rule.get(side))]
        yield want(policy, (*path, side), _entries(policy, key, parse), max(len(entries), 1), rest=True)
        mine = [c for c in asked if c.is_of_source is (side == "from")]
        for j, fields in entries or [(0, EMPTY)]:
            place = (*path, side, j, inner) if entries else (*path, side)
            for name in dict.fromkeys((*names, *(plain(c.name) for c in mine))):
                for spelled in (name, negated(name)):
                    yield _values_wanted(
                        policy, (*place, spelled), fields, mine, _values(policy, key, parse, j, spelled)
                    )
        if side == "from":
            headers = tuple(sorted({c.name for c in mine if HEADER in c.name.lower()}))
            yield want(policy, (*path, "when"), _headers(policy, key), headers, rest=True)


def _values_wanted(
    policy: AuthorizationPolicy, path: Path, fields: Fields, asked: list[Condition], found: Aspect
) -> Want:
    """The values of a field of a source or operation, together with those of conditions about the same."""
    spelled = str(path[-1])
    own = texts(fields.get(spelled))
    more = [c for c in asked if c.name == spelled]
    values = tuple(_spelled(plain(spelled), v) for v in (*own, *(v for c in more for v in c.values)))
    wanted = tuple(sorted(values))
    if not wanted:
        return Want(policy.id, path[:-1], found, (), rest=True)
    alone = not own and len(more) == 1
    return Want(
        policy.id, more[0].path if alone else path, found, wanted, each=wanted == values and (alone or not more)
    )


def _spelled(name: str, value: str) -> str:
    """The trust domain of a principal is replaced by those of the mesh."""
    if name == "principals" and "/ns/" in value and not value.startswith("*"):
        return value.partition("/")[2]
    if name in ("ipBlocks", "remoteIpBlocks", "destination.ip") and "/" not in value:
        return f"{value}/{128 if ':' in value else 32}"
    return value


def _entries(policy: AuthorizationPolicy, key: str, parse: Any) -> Aspect:
    def read(listener: Any) -> Any:
        return _agreed([len(parse(chain[key][1])) for chain in _mine(policy, listener) if key in chain])

    return Aspect(f"rbac.{key}", read, _COVERS)


def _values(policy: AuthorizationPolicy, key: str, parse: Any, j: int, name: str) -> Aspect:
    def read(listener: Any) -> Any:
        found = [parse(chain[key][1]) for chain in _mine(policy, listener) if key in chain]
        said = [each[j] for each in found if j < len(each)]
        return _agreed([UNREADABLE if s is None else tuple(sorted(s.get(name, ()))) for s in said])

    return Aspect(f"rbac.{key}.{name}", read, _COVERS)


def _headers(policy: AuthorizationPolicy, key: str) -> Aspect:
    def read(listener: Any) -> Any:
        found = [said for chain in _mine(policy, listener) if key in chain for said in principals_of(chain[key][1])]
        names = [UNREADABLE if s is None else tuple(sorted(n for n in s if HEADER in n.lower())) for s in found]
        return _agreed(names)

    return Aspect(f"rbac.{key}.request.headers", read, _COVERS)
