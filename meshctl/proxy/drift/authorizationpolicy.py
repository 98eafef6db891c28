"""AuthorizationPolicies: which of them a listener enforces, and with which rules."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered, text, texts
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.selectors import matches
from meshctl.model.paths import Path
from meshctl.proxy.drift.rbac import http_policies, permissions_of, principals_of
from meshctl.proxy.drift.values import UNREADABLE
from meshctl.proxy.drift.viewer import Viewer
from meshctl.proxy.drift.wants import Aspect, Want, want

_COVERS: tuple[Path, ...] = (
    ("filter_chains", "*", "filters", "*", "typed_config", "http_filters"),
    ("default_filter_chain", "filters", "*", "typed_config", "http_filters"),
)
_ENFORCED = ("ALLOW", "DENY")
_SOURCE = ("ipBlocks", "remoteIpBlocks", "principals", "namespaces")
_OPERATION = ("methods", "paths", "hosts", "ports")


def wants_of_authorization(viewer: Viewer) -> Iterator[Want]:
    """What the AuthorizationPolicies of a pod want of a listener with HTTP; those that only others have, to be gone."""
    for policy in viewer.mesh.all(AuthorizationPolicy):
        action = text(policy.spec.get("action")) or "ALLOW"
        if policy.targets or action not in _ENFORCED or policy.annotations.get("istio.io/dry-run") == "true":
            continue
        if policy.namespace not in (viewer.namespace, viewer.root):
            continue
        rules = list(numbered(policy.spec.get("rules")))
        if not matches(policy.selector, viewer.labels):
            yield want(policy, _place(policy), _count(policy), 0)
        elif rules:
            yield want(policy, _place(policy), _present(policy), True)
            yield want(policy, ("spec", "rules"), _count(policy), len(rules), rest=True)
            yield want(policy, ("spec", "action"), _action(policy), action, rest=True)
            for i, rule in rules:
                yield from _rule(policy, i, rule)


def _place(policy: AuthorizationPolicy) -> Path:
    return policy.place


def _key(policy: AuthorizationPolicy) -> str:
    return f"ns[{policy.namespace}]-policy[{policy.name}]-rule["


def _mine(policy: AuthorizationPolicy, listener: Any) -> list[dict[str, tuple[str, Any]]]:
    """For each chain with HTTP: the rules of this policy by their key, each with the action."""
    start = _key(policy)
    return [{k: v for k, v in chain.items() if k.startswith(start)} for chain in http_policies(listener)]


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


def _count(policy: AuthorizationPolicy) -> Aspect:
    return Aspect(
        f"rbac.{_key(policy)}*]",
        lambda listener: _agreed([len(chain) for chain in _mine(policy, listener)]),
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
    for side, inner, names, parse in (
        ("from", "source", _SOURCE, principals_of),
        ("to", "operation", _OPERATION, permissions_of),
    ):
        entries = list(numbered(rule.get(side)))
        yield want(policy, (*path, side), _entries(policy, key, parse), max(len(entries), 1), rest=True)
        for j, entry in entries:
            fields = mapping(entry.get(inner))
            for name in names:
                for spelled in (name, f"not{name[0].upper()}{name[1:]}"):
                    wanted = tuple(sorted(_spelled(name, value) for value in texts(fields.get(spelled))))
                    where = (*path, side, j, inner, spelled) if wanted else (*path, side, j, inner)
                    found = _values(policy, key, parse, j, spelled)
                    in_order = wanted == tuple(_spelled(name, v) for v in texts(fields.get(spelled)))
                    yield Want(policy.id, where, found, wanted, each=in_order, rest=bool(not wanted))


def _spelled(name: str, value: str) -> str:
    """The trust domain of a principal is replaced by those of the mesh."""
    if name == "principals" and "/ns/" in value and not value.startswith("*"):
        return value.partition("/")[2]
    if name in ("ipBlocks", "remoteIpBlocks") and "/" not in value:
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
