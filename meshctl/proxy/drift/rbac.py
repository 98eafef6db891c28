"""RBAC filters of Envoy's, in the words of AuthorizationPolicies."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.proxy.drift.conditions import HEADER, negated
from meshctl.proxy.drift.values import dig, flag, number

_FILTER = ".filters.http.rbac.v3.RBAC"
_EXTERNAL = "istio-ext-authz-"
CUSTOM = "CUSTOM"
_MANAGER = "envoy.filters.network.http_connection_manager"
Said = Mapping[str, tuple[str, ...]]


def http_policies(listener: Any, shadow: bool = False) -> list[dict[str, tuple[str, Fields]]]:
    """For each filter chain with HTTP: enforced policies by their key, each with its action; with `shadow` the others.

    Policies that an external authorizer decides on are enforced by it, though they stand among the others.
    """
    return [dict(_policies(manager, shadow)) for manager in managers(listener)]


def managers(listener: Any) -> Iterator[Fields]:
    """What looks at HTTP in each of the filter chains that do."""
    chains = [c for _, c in numbered(mapping(listener).get("filter_chains"))]
    for chain in (*chains, mapping(mapping(listener).get("default_filter_chain"))):
        for _, found in numbered(chain.get("filters")):
            if found.get("name") == _MANAGER:
                yield mapping(found.get("typed_config"))


def _policies(manager: Fields, shadow: bool) -> Iterator[tuple[str, tuple[str, Fields]]]:
    for _, found in numbered(manager.get("http_filters")):
        # Some releases give it other names.
        if not text(dig(found, "typed_config", "@type")).endswith(_FILTER):
            continue
        for field in ("rules", "shadow_rules"):
            rules = mapping(dig(found, "typed_config", field))
            for key, policy in mapping(rules.get("policies")).items():
                if key.startswith(_EXTERNAL):
                    if not shadow:
                        yield key[key.find("ns[") :], (CUSTOM, mapping(policy))
                elif shadow is (field == "shadow_rules"):
                    yield key, (text(rules.get("action")) or "ALLOW", mapping(policy))


def principals_of(policy: Fields) -> list[Said | None]:
    """For each `from` what it says, as `{"ipBlocks": ("10.0.0.0/8",), "notNamespaces": ...}`; None: not understood."""
    return [
        _said(entry, "and_ids", "ids", "or_ids", "not_id", _principal)
        for _, entry in numbered(policy.get("principals"))
    ]


def permissions_of(policy: Fields) -> list[Said | None]:
    """For each `to` what it says, as `{"methods": ("GET",)}`; None if not understood."""
    entries = numbered(policy.get("permissions"))
    return [_said(entry, "and_rules", "rules", "or_rules", "not_rule", _permission) for _, entry in entries]


def _said(entry: Fields, every: str, members: str, some: str, negation: str, leaf: Any) -> Said | None:
    found: dict[str, tuple[str, ...]] = {}
    for _, part in numbered(dig(entry, every, members)):
        inverted = negation in part
        body = mapping(part[negation]) if inverted else part
        options = [o for _, o in numbered(dig(body, some, members))] or [body]
        for option in options:
            if option.get("any") is True:
                continue
            name, value = leaf(option)
            if not name:
                return None
            if name == _CONDITION:
                continue
            key = negated(name) if inverted else name
            found[key] = (*found.get(key, ()), value)
    return found


_CONDITION = "when"


def _principal(leaf: Fields) -> tuple[str, str]:
    for field, name in (("direct_remote_ip", "ipBlocks"), ("source_ip", "ipBlocks"), ("remote_ip", "remoteIpBlocks")):
        if field in leaf:
            return name, _block(mapping(leaf[field]))
    matcher = dig(leaf, "authenticated", "principal_name") or dig(leaf, "filter_state", "string_match")
    if matcher is not None:
        return _peer(mapping(matcher))
    if header := mapping(leaf.get("header")):
        value = _header(header)
        return (f"{HEADER}{text(header.get('name')).lower()}]", value) if value is not None else ("", "")
    return (_CONDITION, "") if leaf.keys() <= {"metadata", "sourced_metadata"} else ("", "")


def _header(header: Fields) -> str | None:
    """What is asked of a header: newer releases look for the value among several with an expression."""
    if header.get("present_match") is True:
        return "*"
    written = {k.removesuffix("_match"): v for k, v in header.items()}
    regex = dig(header, "string_match", "safe_regex", "regex") or dig(header, "safe_regex_match", "regex")
    if isinstance(regex, str) and (among := _AMONG.match(regex)):
        return re.sub(r"\\(.)", r"\1", among[1].replace(".*", "*"))
    return _words(mapping(header.get("string_match")) or written)


_AMONG = re.compile(r"\^(.*?)\$\|\^\1,")


def _peer(matcher: Fields) -> tuple[str, str]:
    """A principal, or a namespace where it is told by an expression."""
    regex = dig(matcher, "safe_regex", "regex")
    if isinstance(regex, str):
        if regex.startswith(".*/ns/") and regex.endswith("/.*"):
            return "namespaces", regex.removeprefix(".*/ns/").removesuffix("/.*").replace(".*", "*")
        return ("principals", "*") if regex in (".+", ".*") else ("", "")
    value = _words(matcher)
    if value is None:
        return "", ""
    value = value.removeprefix("spiffe://")
    return "principals", value.partition("/")[2] if "/ns/" in value and not value.startswith("*") else value


def _permission(leaf: Fields) -> tuple[str, str]:
    if "destination_port" in leaf:
        return "ports", str(number(leaf["destination_port"]))
    if "url_path" in leaf:
        value = _words(mapping(dig(leaf, "url_path", "path")))
        return ("paths", value) if value is not None else ("", "")
    header = mapping(leaf.get("header"))
    names = {":method": "methods", ":authority": "hosts"}
    if header:
        name = names.get(text(header.get("name")), "")
        value = _header(header)
        return (name, value) if name and value is not None else ("", "")
    if block := mapping(leaf.get("destination_ip")):
        return "destination.ip", _block(block)
    if "requested_server_name" in leaf:
        value = _words(mapping(leaf["requested_server_name"]))
        return ("connection.sni", value) if value is not None else ("", "")
    return (_CONDITION, "") if {"metadata", "sourced_metadata"} & leaf.keys() else ("", "")


def _block(block: Fields) -> str:
    return f"{text(block.get('address_prefix'))}/{number(block.get('prefix_len')) or 0}"


def _words(matcher: Fields) -> str | None:
    """`/admin*` for a prefix, `*.png` for a suffix, `*` for anything."""
    if "exact" in matcher:
        return text(matcher["exact"])
    if "prefix" in matcher:
        return f"{matcher['prefix']}*"
    if "suffix" in matcher:
        return f"*{matcher['suffix']}"
    regex = dig(matcher, "safe_regex", "regex")
    return "*" if regex in (".+", ".*") or flag(matcher.get("present")) else None
