"""Whether one match of an http route takes every request that another one would."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, labels, mapping, numbered_texts, text
from meshctl.graph.kinds.networking import gateway_reference
from meshctl.model.paths import Path

Condition = tuple[str, str]
"""How a text is compared and with what: `("prefix", "/api")`. `("any", "")` takes every text that is there."""

ANY: Condition = ("any", "")
_TEXTS = ("method", "authority", "scheme")


def condition(value: Any) -> Condition | None:
    """The condition in a match; None if there is none, `ANY` for an empty one."""
    if not isinstance(value, dict):
        return None
    for how in ("exact", "prefix", "regex"):
        if isinstance(value.get(how), str):
            return how, value[how]
    return ANY


def covers(one: Condition, other: Condition) -> bool:
    """Whether every text that fits `other` fits `one`. What two different regexes have in common is not computed."""
    how, wanted = one
    if one in (other, ANY):
        return True
    return how == "prefix" and other[0] in ("exact", "prefix") and other[1].startswith(wanted)


class HttpMatch(Struct, frozen=True):
    """A match in a form that can be compared. `gateways` are those it is for, those of its VirtualService by default.

    `uri` is lower-cased with `any_case`. `present` are the conditions on texts, headers and query parameters by what
    they look at, `without` those that no header may fit.
    """

    uri: Condition | None
    any_case: bool
    present: Mapping[tuple[str, str], Condition]
    without: Mapping[str, Condition]
    port: int | None
    source_namespace: str
    source_labels: Mapping[str, str]
    gateways: frozenset[tuple[str, str]]

    def covers(self, other: "HttpMatch") -> bool:
        """Whether every request that fits `other` fits this one."""
        return (
            self._covers_uri(other)
            and (not self.port or self.port == other.port)
            and (not self.source_namespace or self.source_namespace == other.source_namespace)
            and self.gateways >= other.gateways
            and self.source_labels.items() <= other.source_labels.items()
            and all(key in other.present and covers(mine, other.present[key]) for key, mine in self.present.items())
            and all(key in other.without and covers(other.without[key], mine) for key, mine in self.without.items())
        )

    def _covers_uri(self, other: "HttpMatch") -> bool:
        if self.takes_every_path:
            return True
        if self.uri is None or other.uri is None or (other.any_case and not self.any_case):
            return False
        if self.uri[0] == "regex":
            return self.uri == other.uri
        how, path = other.uri
        return covers(self.uri, (how, path.lower()) if self.any_case and how != "regex" else other.uri)

    @property
    def takes_every_path(self) -> bool:
        """True if it does not look at the path, or only that there is one: every path begins with a slash."""
        return self.uri is None or self.uri in (ANY, ("prefix", "/"), ("prefix", ""))

    def anchors(self) -> Iterator[Hashable]:
        """What another match has to ask for as well to be covered, the most telling first."""
        for key, (how, wanted) in self.present.items():
            if how in ("exact", "regex") and key != ("method", ""):
                yield key, how, wanted
        if self.port:
            yield "port", self.port
        if self.source_namespace:
            yield "namespace", self.source_namespace
        for label in self.source_labels.items():
            yield "label", *label
        for key in self.present:
            yield "present", key
        for name in self.without:
            yield "without", name


def http_match(match: Fields, gateways: frozenset[tuple[str, str]], namespace: str) -> HttpMatch:
    """A match as written; `gateways` are those of its VirtualService, `namespace` is where that is."""
    uri = condition(match.get("uri"))
    any_case = match.get("ignoreUriCase") is True
    if uri is not None and any_case and uri[0] != "regex":
        uri = (uri[0], uri[1].lower())
    present = {(name, ""): found for name in _TEXTS if (found := condition(match.get(name))) is not None}
    for field, lower in (("headers", True), ("queryParams", False)):
        for key, value in mapping(match.get(field)).items():
            present[field, key.lower() if lower else key] = condition(value) or ANY
    own = frozenset(gateway_reference(name, namespace) for _, name in numbered_texts(match.get("gateways")))
    return HttpMatch(
        uri=uri,
        any_case=any_case,
        present=present,
        without={key.lower(): condition(value) or ANY for key, value in mapping(match.get("withoutHeaders")).items()},
        port=integer(match.get("port")) or None,
        source_namespace=text(match.get("sourceNamespace")),
        source_labels=labels(match.get("sourceLabels")),
        gateways=own or gateways,
    )


class WrittenPrefixes:
    """Matches by the prefix of their path, compared as Istio's own analysis does: by what is written.

    An earlier match counts where its prefix begins a longer one and the rest asks for the same things, in the earlier
    for values that begin with those of the later; no method is GET. Callers and gateways are not looked at, so that
    the earlier one need not take all.
    """

    def __init__(self) -> None:
        self._filed: dict[tuple[Hashable, str], dict[_Values, Path]] = {}
        self._lengths: set[int] = set()

    def before(self, match: Fields, path: Path) -> Path | None:
        """The first match of those filed that comes before this one, which is filed."""
        prefix = text(mapping(match.get("uri")).get("prefix"))
        if not prefix:
            return None
        written = {field: _written(match, field) for field in _COMPARED}
        asked = integer(match.get("port")) or 0, tuple((f, frozenset(those)) for f, those in written.items())
        values = tuple(those[key] for those in written.values() for key in sorted(those))
        found = [
            where
            for length in self._lengths
            if length < len(prefix) and (where := _first(self._filed.get((asked, prefix[:length]), {}), values))
        ]
        self._lengths.add(len(prefix))
        self._filed.setdefault((asked, prefix), {}).setdefault(values, path)
        return min(found, default=None)


_Values = tuple[str, ...]
_COMPARED = ("method", "authority", "headers", "queryParams", "withoutHeaders")
_TRIED = 8
"""How many different values are compared with each other before only equal ones count."""


def _first(filed: Mapping[_Values, Path], values: _Values) -> Path | None:
    if values in filed or len(filed) > _TRIED:
        return filed.get(values)
    fits = (path for own, path in filed.items() if all(map(str.startswith, own, values)))
    return min(fits, default=None)


def _written(match: Fields, field: str) -> dict[str, str]:
    """Conditions as texts by what they are about; empty for a regular expression."""
    conditions = {field: match.get(field)} if field in _TEXTS else mapping(match.get(field))
    default = "exact:GET" if field == "method" else ""
    written = {}
    for key, value in conditions.items():
        how, wanted = condition(value) or ANY
        written[key] = default if value is None else f"{how}:{wanted}" if how in ("exact", "prefix") else ""
    return written
