"""How the values of rules are compared with what a request has."""

import re
from functools import cache

_ONE, _REST = "{*}", "{**}"


def fits(pattern: str, value: str) -> bool:
    """`*` for any value, `*end`, `start*`, or the value itself; an attribute that is absent (empty) fits none."""
    if not value:
        return False
    if pattern.startswith("*"):
        return value.endswith(pattern[1:])
    if pattern.endswith("*"):
        return value.startswith(pattern[:-1])
    return value == pattern


def fits_any_letters(pattern: str, value: str) -> bool:
    """As `fits`, but `*` stands for any letters wherever it is: so it is with namespaces."""
    return bool(value) and bool(_with_stars(pattern).fullmatch(value))


def fits_path(pattern: str, path: str) -> bool:
    """As `fits` for a path without query; `{*}` stands for one segment of it, `{**}` for any number of them."""
    if _ONE in pattern or _REST in pattern:
        return bool(_template(pattern).fullmatch(path))
    return fits(pattern, path)


def fits_request_principal(pattern: str, principal: str) -> bool:
    """Issuer and subject of a token, `issuer/subject`, each by itself; the subject is what follows the last slash."""
    if not principal:
        return False
    issuer, _, subject = principal.rpartition("/")
    wanted, slash, of_subject = pattern.rpartition("/") if "/" in pattern else (pattern, "", "")
    if pattern == "*":
        return True
    if pattern.startswith("*"):
        if not slash:
            return subject.endswith(pattern[1:])
        return issuer.endswith(wanted[1:]) and subject == of_subject
    if pattern.endswith("*"):
        if not slash:
            return issuer.startswith(pattern[:-1])
        return issuer == wanted and subject.startswith(of_subject[:-1])
    return issuer == wanted and subject == of_subject


def in_block(block: str, address: str) -> bool:
    """Whether an address is in a network (`10.0.0.0/8`), or is the address; False for what is neither."""
    from ipaddress import ip_address, ip_network

    try:
        return ip_address(address) in ip_network(block, strict=False)
    except ValueError:
        return False


def includes(wider: str, narrower: str) -> bool:
    """Whether everything that fits one pattern of `fits` fits another."""
    if wider in ("*", narrower):
        return True
    if wider.startswith("*"):
        return narrower.endswith(wider[1:]) and (narrower.startswith("*") or not narrower.endswith("*"))
    if wider.endswith("*"):
        return not narrower.startswith("*") and narrower.startswith(wider[:-1])
    return False


@cache
def _with_stars(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))))


@cache
def _template(pattern: str) -> re.Pattern[str]:
    parts = {_ONE: "[^/]+", _REST: ".*"}
    return re.compile("/".join(parts.get(part) or re.escape(part) for part in pattern.split("/")))
