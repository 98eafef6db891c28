"""Names of hosts, DNS labels and addresses: which texts Istio takes for one."""

import re
from functools import lru_cache

_LABEL = re.compile(r"[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?\Z").match
_FIRST = re.compile(r"(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?\Z").match
_LONGEST = 255
_REMEMBERED = 1 << 16


@lru_cache(_REMEMBERED)
def is_label(text: str) -> bool:
    """A DNS label: 1 to 63 letters, digits and inner dashes."""
    return _LABEL(text) is not None


@lru_cache(_REMEMBERED)
def is_fqdn(text: str) -> bool:
    """A host name without wildcard: DNS labels between dots, the last of them not a number."""
    return 0 < len(text) <= _LONGEST and _are_labels(text)


@lru_cache(_REMEMBERED)
def is_wildcard_domain(text: str) -> bool:
    """A host name whose first label may be or begin with `*`."""
    first, dot, rest = text.partition(".")
    if not 0 < len(text) <= _LONGEST or not (first == "*" or _FIRST(first)):
        return False
    return not dot or _are_labels(rest)


@lru_cache(_REMEMBERED)
def is_ip(text: str) -> bool:
    """An IPv4 or IPv6 address."""
    if not text or not (text[0] in "0123456789:" or ":" in text):
        return False
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(_REMEMBERED)
def is_subnet(text: str) -> bool:
    """An address, or a network such as `10.0.0.0/8`."""
    address, slash, bits = text.partition("/")
    if not is_ip(address):
        return False
    return not slash or (bits.isdecimal() and int(bits) <= (128 if ":" in address else 32))


def host_complaint(host: str, *, wildcard: bool = True) -> str:
    """Why a text is no host name, as the second half of a sentence."""
    rest = host[1:] if wildcard else host
    for sign, why in (("://", "it has a scheme"), ("/", "it has a path"), (":", "it has a port"), ("_", "it has a _")):
        if sign in host:
            return why
    if not host:
        return "it is empty"
    if "*" in rest:
        return "only its first part may be a wildcard" if wildcard else "no wildcard is allowed here"
    if len(host) > _LONGEST:
        return f"it is longer than {_LONGEST} characters"
    last = host.removesuffix(".").rpartition(".")[2]
    if last.isdecimal():
        return "its last part is a number"
    return "it has to be made of letters, digits and inner dashes, in parts of up to 63 between dots"


def _are_labels(text: str) -> bool:
    labels = text.removesuffix(".").split(".")
    return not labels[-1].isdecimal() and all(_LABEL(label) for label in labels)
