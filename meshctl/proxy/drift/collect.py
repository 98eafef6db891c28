"""One cause on many proxies is one difference: equal ones are put together as they are found."""

from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from meshctl.model.difference import Difference, Sort

_OBJECTS = 20

_BY_VALUE = (
    Sort.ENDPOINT_MISSING,
    Sort.ENDPOINT_GHOST,
    Sort.ENDPOINT_STATE,
    Sort.SIBLING,
    Sort.CERTIFICATE,
    Sort.TRUST,
)


@dataclass(eq=False)
class _Gathered:
    first: Difference
    objects: dict[str, None]
    proxies: set[str]


@dataclass(eq=False)
class Collector:
    """Differences by what makes them one: resource, field and hop."""

    _found: dict[Any, _Gathered] = field(default_factory=dict)

    def add(self, found: Difference, proxy: str) -> None:
        """Note a difference of one proxy (`POD.NAMESPACE`)."""
        key = mark(found)
        gathered = self._found.get(key)
        if gathered is None:
            gathered = self._found[key] = _Gathered(found, {}, set())
        if len(gathered.objects) < _OBJECTS:
            gathered.objects.update(dict.fromkeys(found.objects))
        gathered.proxies.add(proxy)

    def differences(self) -> tuple[Difference, ...]:
        """Everything noted, in the order of resources, fields and objects."""
        whole = (
            structs.replace(g.first, objects=tuple(sorted(g.objects)), proxies=tuple(sorted(g.proxies)))
            for g in self._found.values()
        )
        return tuple(sorted(whole, key=_order))


def mark(found: Difference) -> Any:
    """What makes two differences one, whichever proxy they are of."""
    key: tuple[Any, ...] = (found.sort, found.hop, found.resource, found.path, found.explained)
    if found.sort is Sort.REJECTION:
        return (*key, found.reason)
    if found.resource is None or not found.path:
        key += (found.field, found.objects)
    if found.sort in _BY_VALUE:
        key += (repr(found.desired), repr(found.running))
    return key


def _order(found: Difference) -> tuple[Any, ...]:
    identity = found.resource or ("~", "", "", "", "")
    path = tuple((isinstance(part, str), str(part).rjust(6) if isinstance(part, int) else part) for part in found.path)
    return tuple(identity), path, found.sort, found.hop, found.field, found.objects, repr(found.running)
