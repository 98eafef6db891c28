"""`when` of AuthorizationPolicies: conditions in the words of the sources and operations that they are enforced as."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import Fields, numbered, text, texts
from meshctl.model.paths import Path

_NAMES = {
    "source.ip": "ipBlocks",
    "remote.ip": "remoteIpBlocks",
    "source.namespace": "namespaces",
    "source.principal": "principals",
    "destination.port": "ports",
    "destination.ip": "destination.ip",
    "connection.sni": "connection.sni",
}
HEADER = "request.headers["
OF_SOURCE = ("ipBlocks", "remoteIpBlocks", "namespaces", "principals")


class Condition(Struct, frozen=True):
    """Values that one condition asks for. `name` is as `rbac` tells it, such as `notIpBlocks`."""

    path: Path
    name: str
    values: tuple[str, ...]

    @property
    def is_of_source(self) -> bool:
        """Whether it is about who asks, not about what is asked for."""
        return plain(self.name) in OF_SOURCE or plain(self.name).startswith(HEADER)


def conditions(rule: Fields, path: Path) -> tuple[Condition, ...]:
    """The conditions of the rule at this path that are understood: those of tokens are told in too many ways."""
    return tuple(_conditions(rule, path))


def _conditions(rule: Fields, path: Path) -> Iterator[Condition]:
    for i, entry in numbered(rule.get("when")):
        key = text(entry.get("key"))
        name = _NAMES.get(key) or (key.lower() if key.startswith(HEADER) else "")
        for field, told in (("values", name), ("notValues", negated(name))):
            if name and (values := texts(entry.get(field))):
                yield Condition((*path, "when", i, field), told, values)


def negated(name: str) -> str:
    """`notPaths` of `paths`."""
    return f"not{name[:1].upper()}{name[1:]}"


def plain(name: str) -> str:
    """`paths` of `notPaths`."""
    return name[3:4].lower() + name[4:] if name.startswith("not") else name
