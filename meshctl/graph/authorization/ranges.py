"""How the values of one rule stand to those of another: which takes in which, and which have nothing in common."""

from collections.abc import Iterator, Sequence

from meshctl.graph.authorization.identities import with_aliases
from meshctl.graph.authorization.patterns import fits, includes
from meshctl.graph.authorization.rules import (
    DESTINATION_IP,
    HEADER,
    HOST,
    METHOD,
    NAMESPACE,
    PORT,
    PRINCIPAL,
    REMOTE_IP,
    SERVICE_ACCOUNT,
    SNI,
    SOURCE_IP,
    URL_PATH,
)

_ADDRESSES = frozenset({SOURCE_IP, REMOTE_IP, DESTINATION_IP})
_PATTERNS = frozenset({HOST, METHOD, URL_PATH, SNI, PRINCIPAL, NAMESPACE})
_EXACT = frozenset({PORT, SERVICE_ACCOUNT})
"""Attributes without patterns."""


def normal(attribute: str, value: str) -> str:
    """A value in the one way in which equal ones are written alike."""
    if attribute == HOST:
        return value.lower()
    return _network(value) if attribute in _ADDRESSES else value


def wider_ones(attribute: str, value: str) -> Iterator[str]:
    """The values, as `normal` writes them, that may take in a value: itself first."""
    value = normal(attribute, value)
    yield value
    if attribute in _ADDRESSES:
        yield from _networks_around(value)
    elif attribute not in _EXACT:
        yield "*"
        if _is_pattern(attribute, value):
            literal = value.strip("*")
            if not value.startswith("*"):
                yield from (f"{literal[:end]}*" for end in range(1, len(literal) + 1))
            if not value.endswith("*"):
                yield from (f"*{literal[start:]}" for start in range(len(literal)))


def takes_in(attribute: str, wider: str, narrower: str, domains: Sequence[str]) -> bool:
    """Whether everything that fits one value of an attribute surely fits another."""
    wider, narrower = normal(attribute, wider), normal(attribute, narrower)
    if attribute in _ADDRESSES:
        return wider in (narrower, *_networks_around(narrower))
    if attribute in _EXACT:
        return wider == narrower
    if not (_is_pattern(attribute, wider) and _is_pattern(attribute, narrower)):
        return wider in ("*", narrower)
    if attribute == PRINCIPAL:
        wide = with_aliases(wider, domains)
        return all(any(includes(each, own) for each in wide) for own in with_aliases(narrower, domains))
    return includes(wider, narrower)


def apart(attribute: str, one: str, other: str, domains: Sequence[str]) -> bool:
    """Whether surely nothing fits both values of an attribute."""
    one, other = normal(attribute, one), normal(attribute, other)
    if attribute in _ADDRESSES:
        return one != other and other not in _networks_around(one) and one not in _networks_around(other)
    if attribute in _EXACT:
        return one != other
    if not (_is_pattern(attribute, one) and _is_pattern(attribute, other)):
        return False
    if attribute == PRINCIPAL:
        return all(_apart(a, b) for a in with_aliases(one, domains) for b in with_aliases(other, domains))
    return _apart(one, other)


def _apart(one: str, other: str) -> bool:
    if "*" not in one:
        return not fits(other, one)
    if "*" not in other:
        return not fits(one, other)
    starts, others_start = (value[:-1] for value in (one, other))
    if one.endswith("*") and other.endswith("*"):
        return not (starts.startswith(others_start) or others_start.startswith(starts))
    ends, others_end = one[1:], other[1:]
    if one.startswith("*") and other.startswith("*"):
        return not (ends.endswith(others_end) or others_end.endswith(ends))
    return False


def _is_pattern(attribute: str, value: str) -> bool:
    """Whether a value is compared as `fits` does it: with one star, at its start or end."""
    if attribute not in _PATTERNS and not attribute.startswith(HEADER):
        return False
    return "*" not in value[1:-1] and value.count("*") < 2 and "{" not in value


def _network(block: str) -> str:
    from ipaddress import ip_network

    try:
        return str(ip_network(block, strict=False))
    except ValueError:
        return block


def _networks_around(block: str) -> Iterator[str]:
    from ipaddress import ip_network

    try:
        network = ip_network(block)
    except ValueError:
        return
    yield from (str(network.supernet(new_prefix=length)) for length in range(network.prefixlen))
