"""Clusters held against each other, one after the other: what is the same in many takes the room of one.

Of each resource only the digests of what it says are kept, and for each a number whose bits are the clusters that say
so; of each digest once what is behind it. The order in which clusters come makes no difference.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from meshctl.graph.fleet.compared import Leaves, decoded, decoded_places, identity_of
from meshctl.graph.fleet.groups import group_of
from meshctl.model.deviation import Deviation, Field, Unlike
from meshctl.model.fleet import Summary
from meshctl.model.location import Location
from meshctl.model.paths import Path

_FEW = 3
_MOST = 10

Versions = dict[str, int]
"""Digest -> the clusters that have it, as bits."""


class Group:
    """The clusters that should be equal, and what each of their resources says where."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.clusters: list[str] = []
        self.resources: defaultdict[str, Versions] = defaultdict(dict)
        self._unread: defaultdict[str, int] = defaultdict(int)
        self._whole: defaultdict[str, int] = defaultdict(int)

    def add(self, summary: Summary) -> int:
        """Take in one cluster; returns its bit."""
        bit = 1 << len(self.clusters)
        self.clusters.append(summary.cluster)
        for key, digest in summary.compared.items():
            versions = self.resources[key]
            versions[digest] = versions.get(digest, 0) | bit
        for kind in summary.unread:
            self._unread[kind] |= bit
        for kind in summary.whole:
            self._whole[kind] |= bit
        return bit

    def read(self, kind: str) -> int:
        """The clusters in which resources of a kind could be read."""
        return ((1 << len(self.clusters)) - 1) & ~self._unread[kind]

    def proven(self, kind: str) -> int:
        """The clusters of which everything of a kind was read."""
        return self._whole[kind]

    def names(self, bits: int) -> list[str]:
        """The clusters of these bits, in the order of their names."""
        return sorted(name for position, name in enumerate(self.clusters) if bits >> position & 1)


class Fold:
    """All clusters of a fleet together."""

    def __init__(self, equal_by: Sequence[str]) -> None:
        self._equal_by = equal_by
        self._groups: dict[str, Group] = {}
        self._bodies: dict[str, bytes] = {}
        self._places: dict[str, bytes] = {}
        self._bits: dict[str, tuple[str, int]] = {}

    def add(self, summary: Summary) -> None:
        """Take in one cluster; one without equals only costs this call."""
        name = group_of(summary.labels, self._equal_by)
        if not name:
            return
        self._bits[summary.cluster] = (name, self._groups.setdefault(name, Group(name)).add(summary))
        self._places[summary.cluster] = summary.places
        for digest, body in summary.bodies.items():
            self._bodies.setdefault(digest, bytes(body))

    @property
    def groups(self) -> Mapping[str, int]:
        """How many clusters there are in each group."""
        return {name: len(group.clusters) for name, group in sorted(self._groups.items())}

    def has(self, cluster: str, key: str) -> bool:
        """Whether a resource was read in a cluster."""
        group, bit = self._bits[cluster]
        return bool(_union(self._groups[group].resources.get(key, {})) & bit)

    def places(self, cluster: str) -> Mapping[str, Location]:
        """Where the resources of a cluster stand, by their keys."""
        return decoded_places(self._places.get(cluster, b""))

    def deviations(self) -> list[Deviation]:
        """Everything in which a cluster is not like the others of its group, by group, resource and cluster."""
        return [found for _, group in sorted(self._groups.items()) for found in self._of_group(group)]

    def _of_group(self, group: Group) -> Iterator[Deviation]:
        homes = _homes(group)
        for key, versions in sorted(group.resources.items()):
            kind = "\t".join(key.split("\t", 2)[:2])
            read = group.read(kind)
            versions = {digest: bits & read for digest, bits in versions.items() if bits & read}
            if len(versions) > 1:
                yield from self._different(group, key, versions)
            having = _union(versions)
            if having != read:
                yield from _elsewhere(group, key, kind, having, read, homes)

    def _different(self, group: Group, key: str, versions: Versions) -> Iterator[Deviation]:
        ranked = sorted(versions, key=lambda digest: (-versions[digest].bit_count(), group.names(versions[digest])[0]))
        usual, total = ranked[0], _union(versions).bit_count()
        most = versions[usual].bit_count()
        if total > 2 and 2 * most <= total:
            # There is nothing usual: each cluster, or each half, has its own.
            other = group.names(versions[ranked[1]])[0]
            fields = self._fields(usual, ranked[1])
            yield Deviation(Unlike.VARIES, identity_of(key, other), group.name, total, len(versions), (), *fields)
            return
        like = tuple(group.names(versions[usual])[:_FEW])
        for odd in ranked[1:]:
            fields = self._fields(usual, odd)
            for cluster in group.names(versions[odd]):
                yield Deviation(Unlike.DIFFERS, identity_of(key, cluster), group.name, total, most, like, *fields)

    def _fields(self, usual: str, odd: str) -> tuple[tuple[Field, ...], int]:
        """The first fields that differ, and how many more do."""
        here, there = dict(self._leaves(odd)), dict(self._leaves(usual))
        differing = [path for path in here.keys() | there.keys() if here.get(path) != there.get(path)]
        told = sorted(differing, key=_in_order)[:_MOST]
        return tuple(Field(path, here.get(path), there.get(path)) for path in told), len(differing) - len(told)

    def _leaves(self, digest: str) -> Leaves:
        return decoded(self._bodies[digest])


def _elsewhere(
    group: Group, key: str, kind: str, having: int, read: int, homes: Mapping[str, int]
) -> Iterator[Deviation]:
    """What is only in some clusters: told of those that lack it, or of the few that have it."""
    namespace = key.split("\t", 3)[2]
    lacking = read & ~having
    if namespace:
        # Where its namespace is not, that is what is told.
        lacking &= homes[namespace]
    elif kind == "\tNamespace":
        # What is in it tells that it is there.
        lacking &= ~homes[key.split("\t", 3)[3]]
    total = (having | lacking).bit_count()
    count = having.bit_count()
    if total < 2 or not lacking:
        return
    if 2 * count >= total:
        like = tuple(group.names(having)[:_FEW])
        for cluster in group.names(lacking):
            yield Deviation(Unlike.MISSING, identity_of(key, cluster), group.name, total, count, like)
    elif not lacking & ~group.proven(kind):
        like = tuple(group.names(lacking)[:_FEW])
        for cluster in group.names(having):
            yield Deviation(Unlike.EXTRA, identity_of(key, cluster), group.name, total, total - count, like)


def _homes(group: Group) -> dict[str, int]:
    """The clusters that have each namespace, be it only by what is in it."""
    homes: defaultdict[str, int] = defaultdict(int)
    for key, versions in group.resources.items():
        _, kind, namespace, name = key.split("\t", 3)
        home = namespace or (name if kind == "Namespace" else "")
        if home:
            homes[home] |= _union(versions)
    return dict(homes)


def _union(versions: Mapping[str, int]) -> int:
    found = 0
    for bits in versions.values():
        found |= bits
    return found


def _in_order(path: Path) -> tuple[tuple[bool, int, str], ...]:
    """Positions by number, names by letter."""
    return tuple((isinstance(part, str), part if isinstance(part, int) else 0, str(part)) for part in path)
