"""An AuthorizationPolicy as a whole; conditions are in `authorizationconditions.py`."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, listed, mapping, numbered, numbered_texts, text
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.validation.authorizationconditions import conditions
from meshctl.graph.validation.fault import Fault, remembering
from meshctl.graph.validation.labels import chosen
from meshctl.graph.validation.names import is_subnet
from meshctl.graph.validation.pathtemplates import path_template
from meshctl.graph.validation.ranges import MAX_PORT
from meshctl.model.paths import Path

_NEGATED = {
    "principals": "notPrincipals",
    "requestPrincipals": "notRequestPrincipals",
    "namespaces": "notNamespaces",
    "serviceAccounts": "notServiceAccounts",
    "trustDomains": "notTrustDomains",
    "ipBlocks": "notIpBlocks",
    "remoteIpBlocks": "notRemoteIpBlocks",
}
_NOT_CUSTOM = ("namespaces", "serviceAccounts", "trustDomains", "principals", "requestPrincipals")
_HTTP_SOURCES = frozenset({"requestPrincipals", "notRequestPrincipals"})
_OPERATION = ("hosts", "notHosts", "ports", "notPorts", "methods", "notMethods", "paths", "notPaths")
_MOST_ACCOUNTS, _LONGEST_ACCOUNT = 16, 320


def authorization_policy(view: AuthorizationPolicy) -> Iterator[Fault]:
    """What Istio refuses in an AuthorizationPolicy."""
    spec = view.spec
    action = text(spec.get("action")) or "ALLOW"
    yield from chosen(spec, ("spec",))
    if action == "CUSTOM":
        if spec.get("rules") is None:
            yield Fault(
                ("spec", "rules"), "CUSTOM needs rules: which requests to ask about.", "Add `rules: [{}]` for all."
            )
        if not mapping(spec.get("provider")).get("name"):
            yield Fault(("spec", "provider", "name"), "CUSTOM needs a provider to ask.", "Add `provider: {name: ...}`.")
    elif spec.get("provider") is not None:
        yield Fault(("spec", "provider"), f"A provider is asked by CUSTOM only, not by {action}.", "Remove it.")
    if action == "DENY" and not spec.get("rules"):
        yield Fault(("spec", "rules"), "DENY without rules denies nothing.", "Add rules; `rules: [{}]` denies all.")
    if "rules" in spec:
        yield from _rules[action == "CUSTOM"](spec["rules"], ("spec", "rules"))
        if action == "DENY":
            for i, rule in numbered(spec["rules"]):
                yield from _denied_tcp(rule, ("spec", "rules", i))


def _checked(custom: bool) -> Any:
    def rules(value: Any, path: Path) -> Iterator[Fault]:
        for i, rule in enumerate(listed(value)):
            place = (*path, i)
            if not isinstance(rule, dict):
                yield Fault(place, "The rule is null.", "Remove it, or write {} for all requests.")
                continue
            for field, part, check in (("from", "source", _source), ("to", "operation", _operation)):
                for j, entry in enumerate(listed(rule.get(field))):
                    inner = mapping(entry).get(part)
                    if not isinstance(inner, dict) or not any(inner.values()):
                        yield Fault(
                            (*place, field, j, part), f"The {part} says nothing.", f"Fill it, or remove {field}."
                        )
                    else:
                        yield from check(inner, (*place, field, j, part), custom)
            yield from conditions(rule.get("when"), (*place, "when"), custom)

    return remembering(rules)


def _source(source: Fields, path: Path, custom: bool) -> Iterator[Fault]:
    for field, negated in _NEGATED.items():
        for name in (field, negated):
            if name not in source:
                continue
            if custom and field in _NOT_CUSTOM and source[name]:
                yield Fault((*path, name), f"CUSTOM cannot decide by {name}.", "Leave that to the provider.")
            for i, item in numbered_texts(source[name]):
                yield from _source_item(field, item, (*path, name, i))
    accounts = [n for n in ("serviceAccounts", "notServiceAccounts") if source.get(n)]
    others = [n for n in ("principals", "notPrincipals", "namespaces", "notNamespaces") if source.get(n)]
    if accounts and others:
        yield Fault(
            (*path, accounts[0]),
            f"{accounts[0]} cannot stand beside {others[0]}: both say who the caller is.",
            "Keep one of the two.",
        )
    for name in accounts:
        if len(listed(source[name])) > _MOST_ACCOUNTS:
            yield Fault((*path, name), f"There are {len(source[name])} accounts.", f"Use {_MOST_ACCOUNTS} at most.")


def _source_item(field: str, item: str, path: Path) -> Iterator[Fault]:
    if not item:
        yield Fault(path, f"An item of {path[-2]} is empty, so it fits nobody.", "Write it, or remove the item.")
    elif field in ("ipBlocks", "remoteIpBlocks"):
        if not is_subnet(item):
            yield Fault(path, f"{item!r} is no address or network.", "Write it as 10.1.2.3 or 10.0.0.0/8.")
    elif field == "serviceAccounts":
        parts = item.split("/")
        if "*" in item or len(parts) > 2 or not all(parts) or len(item) > _LONGEST_ACCOUNT:
            yield Fault(path, f"{item!r} is no service account.", "Write NAME or NAMESPACE/NAME, without wildcard.")
    elif field == "trustDomains" and (item.count("*") > 1 or "*" in item[1:-1] or "/" in item):
        yield Fault(path, f"{item!r} is no trust domain.", "Use a name with at most one * at its start or end.")


def _operation(operation: Fields, path: Path, custom: bool) -> Iterator[Fault]:
    for name in _OPERATION:
        for i, item in numbered_texts(operation.get(name)):
            place = (*path, name, i)
            if not item:
                yield Fault(place, f"An item of {name} is empty, so it fits nothing.", "Write it, or remove the item.")
            elif name in ("ports", "notPorts"):
                if not item.isdecimal() or int(item) > MAX_PORT:
                    yield Fault(place, f"{item!r} is no port number.", f"Use a number up to {MAX_PORT}.")
            elif name in ("paths", "notPaths"):
                yield from path_template(item, place)


def _denied_tcp(rule: Fields, path: Path) -> Iterator[Fault]:
    """A rule of which nothing can be seen in plain TCP, where what cannot be seen counts as fitting."""
    origins, actions = rule.get("from"), rule.get("to")
    tcp_from = any(
        value and field not in _HTTP_SOURCES
        for _, entry in numbered(origins)
        for field, value in mapping(entry.get("source")).items()
    )
    tcp_to = any(
        mapping(entry.get("operation")).get(field) for _, entry in numbered(actions) for field in ("ports", "notPorts")
    )
    if (origins and not actions and not tcp_from) or (actions and not tcp_to):
        yield Fault(
            (*path, "to") if actions else (*path, "from"),
            "The rule denies by attributes of HTTP alone. TCP connections have none, so on ports that are not HTTP all"
            " of them are denied.",
            "Add `ports` of the HTTP services to each operation.",
            warning=True,
        )


_rules = {False: _checked(False), True: _checked(True)}
