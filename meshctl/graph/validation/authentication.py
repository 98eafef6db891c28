"""PeerAuthentications and RequestAuthentications."""

import json
import re
from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.policy import PeerAuthentication, RequestAuthentication
from meshctl.graph.validation.durations import duration
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.labels import chosen, selector
from meshctl.graph.validation.ranges import port
from meshctl.model.paths import Path

_HEADER = re.compile(r"[-_A-Za-z0-9]+\Z").match
_URL = re.compile(r"https?://[^/\s]+").match
_NUMBERS = {"RSA": ("n", "e"), "EC": ("x", "y"), "OKP": ("x",)}
_BASE64 = re.compile(r"[-_A-Za-z0-9+/]+={0,2}\Z").match
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})


def peer_authentication(view: PeerAuthentication) -> Iterator[Fault]:
    """What Istio refuses in a PeerAuthentication."""
    spec = view.spec
    yield from selector(spec, ("spec",), "selector", "matchLabels")
    ports = spec.get("portLevelMtls")
    if not ports:
        return
    path: Path = ("spec", "portLevelMtls")
    if not mapping(spec.get("selector")).get("matchLabels"):
        yield Fault(
            path,
            "Ports are ports of chosen workloads, and there is no selector: portLevelMtls cannot be used.",
            "Add a selector with labels.",
        )
    for number in mapping(ports):
        if not number.isdecimal():
            yield Fault((*path, number), f"{number!r} is no port number.", "Use a number from 1 to 65535.")
        else:
            yield from port(int(number), (*path, number))


def request_authentication(view: RequestAuthentication) -> Iterator[Fault]:
    """What Istio refuses in a RequestAuthentication."""
    yield from chosen(view.spec, ("spec",))
    for i, rule in numbered(view.spec.get("jwtRules")):
        yield from _rule(rule, ("spec", "jwtRules", i))


def _rule(rule: Fields, path: Path) -> Iterator[Fault]:
    key = "jwks_uri" if "jwks_uri" in rule else "jwksUri"
    uri = text(rule.get(key))
    if not rule.get("issuer") and not uri:
        yield Fault(
            (*path, "issuer"), "The rule says neither who issues the tokens nor where its keys are.", "Add issuer."
        )
    if uri and not _URL(uri):
        yield Fault((*path, key), f"{uri!r} is no address to get keys from.", "Write https://HOST/PATH.")
    for field in ("audiences", "fromParams", "fromCookies"):
        for i, item in enumerate(rule.get(field) or ()):
            if item == "":
                yield Fault((*path, field, i), f"An item of {field} is empty.", "Write it, or remove the item.")
    for i, header in numbered(rule.get("fromHeaders")):
        if not header.get("name"):
            yield Fault((*path, "fromHeaders", i, "name"), "The header has no name.", "Add one, as Authorization.")
    for i, output in numbered(rule.get("outputClaimToHeaders")):
        name = text(output.get("header"))
        if not _HEADER(name):
            where = (*path, "outputClaimToHeaders", i, "header")
            yield Fault(where, f"{name!r} is no name of a header.", "Use letters, digits, - and _.")
        if not output.get("claim"):
            yield Fault((*path, "outputClaimToHeaders", i, "claim"), "No claim is named.", "Add its name.")
    if "jwks" in rule:
        yield from _keys(rule["jwks"], (*path, "jwks"))
    yield from duration(rule.get("timeout"), (*path, "timeout"))


def _keys(value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, str) or not value:
        return
    try:
        keys = json.loads(value)["keys"]
        readable = isinstance(keys, list) and all(isinstance(key, dict) and key.get("kty") for key in keys)
    except (ValueError, KeyError, TypeError, RecursionError):
        readable = False
    if not readable:
        yield Fault(path, "This is no set of JSON Web Keys.", 'Write it as {"keys": [{"kty": ...}]}.')
    elif wrong := [field for key in keys for field in _NUMBERS.get(key["kty"], ()) if not _decodes(key.get(field))]:
        yield Fault(path, f"The {wrong[0]} of a key is no number in base64url.", "Copy the key as its issuer shows it.")
    elif any(_PRIVATE & key.keys() for key in keys):
        yield Fault(
            path,
            "The key set holds private or symmetric keys: whoever reads this can issue tokens himself.",
            "Keep the public keys alone, and replace the keys.",
            warning=True,
        )


def _decodes(value: Any) -> bool:
    """Whether it is base64, of either alphabet, with or without padding: no text of this kind has 4n + 1 letters."""
    return isinstance(value, str) and bool(_BASE64(value)) and len(value.rstrip("=")) % 4 != 1
