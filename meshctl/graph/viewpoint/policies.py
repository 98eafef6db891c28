"""Which traffic policy of a DestinationRule is in force for one port of a host or of one of its subsets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from meshctl.graph.clientrules import with_policy
from meshctl.graph.fields import EMPTY, Fields, integer, mapping, numbered
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path

_BY_PORT = ("connectionPool", "loadBalancer", "outlierDetection", "tls")
_BLOCKS = (*_BY_PORT, "tunnel", "proxyProtocol", "retryBudget")


class Block(Struct, frozen=True):
    """A part of a policy, and where it stands; where nothing states it, where it would stand."""

    source: DestinationRule
    path: Path
    fields: Fields


@dataclass(frozen=True, slots=True)
class Policy:
    """The blocks in force, by name; `source` is the rule that a cluster names, `subset` the path of its subset."""

    source: DestinationRule
    subset: Path
    blocks: Mapping[str, Block] = field(repr=False)

    def block(self, name: str) -> Block:
        """A block; an empty one where no rule states it."""
        return self.blocks.get(name) or Block(self.source, ("spec", "trafficPolicy", name), EMPTY)


def policy(viewer: Viewer, host: str, home: str, subset: str, port: int) -> Policy | None:
    """The policy for a port of an FQDN; None where no DestinationRule is for it, or none has that subset."""
    rules = viewer.rules(host, home)
    if not rules:
        return None
    top = next(iter(with_policy(rules)), rules[0])
    blocks = dict(_merged({}, top, ("spec", "trafficPolicy"), mapping(top.spec.get("trafficPolicy")), port))
    if not subset:
        return Policy(rules[0], (), blocks)
    for rule in rules:
        for i, fields in numbered(rule.spec.get("subsets")):
            if fields.get("name") == subset:
                path = ("spec", "subsets", i)
                own = mapping(fields.get("trafficPolicy"))
                return Policy(rule, path, dict(_merged(blocks, rule, (*path, "trafficPolicy"), own, port)))
    return None


def _merged(
    base: Mapping[str, Block], rule: DestinationRule, path: Path, own: Fields, port: int
) -> Iterator[tuple[str, Block]]:
    """Blocks replace blocks as a whole; settings of a port replace all four that a port has, stated there or not."""
    yield from base.items()
    for name in _BLOCKS:
        if own.get(name) is not None:
            value = own[name]
            yield name, Block(rule, (*path, name), value if isinstance(value, dict) else {"": value})
    for i, settings in numbered(own.get("portLevelSettings")):
        if integer(mapping(settings.get("port")).get("number")) == port:
            for name in _BY_PORT:
                yield name, Block(rule, (*path, "portLevelSettings", i, name), mapping(settings.get(name)))
            return


def alternatives(
    viewer: Viewer, host: str, home: str, subset: str, port: int
) -> Iterator[tuple[DestinationRule, Path, Policy]]:
    """The policies that would be in force if settings of a port were for another one, with the field that says it."""
    for rule in viewer.rules(host, home):
        places: list[tuple[Path, Fields]] = [(("spec",), rule.spec)]
        places += [
            (("spec", "subsets", i), s) for i, s in numbered(rule.spec.get("subsets")) if s.get("name") == subset
        ]
        for path, fields in places:
            for i, settings in numbered(mapping(fields.get("trafficPolicy")).get("portLevelSettings")):
                number = integer(mapping(settings.get("port")).get("number"))
                where = (*path, "trafficPolicy", "portLevelSettings", i, "port", "number")
                # One that is for this port may be meant for another, and the other way round.
                instead = policy(viewer, host, home, subset, number or 0 if number != port else 0)
                if instead is not None:
                    yield rule, where, instead
