"""What control planes would send to a workload, and which addresses they know, out of their recorded answers."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.model.result import Unread
from meshctl.proxy.drift.endpoints import Shards, shards_of
from meshctl.proxy.drift.sides import Side, side
from meshctl.proxy.envoy.answers import BrokenAnswer, decode
from meshctl.proxy.envoy.configdump import config_dump
from meshctl.proxy.envoy.identity import Identity
from meshctl.proxy.recorded import ControlPlaneAnswers, ProxyAnswers
from meshctl.proxy.status.configz import resources_of
from meshctl.proxy.status.syncz import connections

_DUMP = "config_dump."
_HASHES = re.compile(r"-(?:[a-z0-9]{5,10}-[a-z0-9]{5}|[0-9]+|[a-z0-9]{5})\Z")


@dataclass(eq=False)
class ControlPlanes:
    """The answers of all istiods about what they send. Dumps are read when they are needed, each once.

    A recorded dump is named after a workload, a pod or `POD.NAMESPACE`.
    """

    answers: Sequence[ControlPlaneAnswers]
    proxies: Sequence[ProxyAnswers]
    unread: list[Unread] = field(default_factory=list)
    _serving: dict[str, frozenset[str]] = field(default_factory=dict)

    def sent(self, identity: Identity, label: str) -> Side | None:
        """What would be sent to a proxy; None where no answer is about it, or about several workloads."""
        for plane in self.answers:
            names = [name.removeprefix(_DUMP) for name in plane.files if name.startswith(_DUMP)]
            if name := self._named(names, identity, label):
                try:
                    dump = config_dump(plane.files[_DUMP + name]())
                    if dump.identity and dump.identity.pod != identity.pod:
                        continue
                    return side(dump)
                except BrokenAnswer as error:
                    self.unread.append(Unread(f"{plane.name} {_DUMP}{name}", str(error)))
        return self._asked(identity)

    def _asked(self, identity: Identity) -> Side | None:
        """What a running istiod says, the one that serves the proxy: the others do not know it."""
        wanted = f"{identity.pod}.{identity.namespace}"
        for plane in self.answers:
            if plane.ask is None or wanted not in self._served(plane):
                continue
            try:
                return side(config_dump(plane.ask(wanted)))
            except BrokenAnswer as error:
                self.unread.append(Unread(plane.name, f"/debug/config_dump {error}"))
        return None

    def _served(self, plane: ControlPlaneAnswers) -> frozenset[str]:
        """The proxies that an istiod can be asked about, found out once."""
        if plane.name not in self._serving:
            try:
                found = connections(plane.files["syncz"]()) if "syncz" in plane.files else ()
            except BrokenAnswer:
                found = ()
            self._serving[plane.name] = frozenset(unmistakable((c.name, c.namespace) for c in found))
        return self._serving[plane.name]

    def _named(self, names: list[str], identity: Identity, label: str) -> str | None:
        exact = (f"{identity.pod}.{identity.namespace}", identity.pod, label.rpartition("/")[2], identity.workload)
        for name in exact:
            if name and name in names:
                return name
        fitting = [n for n in names if identity.pod.startswith(f"{n}-")]
        for name in sorted(fitting, key=len, reverse=True)[:1]:
            # `web` must not be taken for that of `web-admin` because both begin alike.
            stems = {(p.namespace, stem(p.name)) for p in self.proxies if p.name.startswith(f"{name}-")}
            nearer = {n for n in names if n != name and n.startswith(f"{name}-")}
            stems = {(ns, s) for ns, s in stems if not any(f"{s}-".startswith(f"{n}-") for n in nearer)}
            if len(stems) <= 1:
                return name
        return None

    def shards(self) -> Shards | None:
        """The addresses that all istiods know together; None where none of them told."""
        found: dict[str, frozenset[str]] = {}
        told = False
        for plane in self.answers:
            load = plane.files.get("endpointz") or plane.files.get("endpointShardz")
            if load is None:
                continue
            try:
                for host, addresses in shards_of(decode(load())).items():
                    found[host] = found.get(host, frozenset()) | addresses
                told = True
            except BrokenAnswer as error:
                if plane.source == "recording":
                    self.unread.append(Unread(plane.name, f"/debug/endpointz {error}"))
        return found if told else None


def held_resources(answers: Sequence[ControlPlaneAnswers]) -> tuple[Resource, ...]:
    """The resources that istiods say they hold: what stands in for those of the cluster where nobody gave any."""
    found: dict[ResourceId, Resource] = {}
    for plane in answers:
        if load := plane.files.get("configz"):
            try:
                for resource in resources_of(decode(load())):
                    found.setdefault(resource.id, resource)
            except BrokenAnswer:
                continue
    return tuple(found.values())


def unmistakable(proxies: Iterable[tuple[str, str]]) -> list[str]:
    """`POD.NAMESPACE` of those that istiod can be asked about by name.

    It takes the first connection whose name has the wanted one in it: `web.a` is also in `myweb.a` and `web.a-b`.
    """
    # Read backwards, a name comes right before those that end with it.
    ordered = sorted((pod[::-1], namespace) for pod, namespace in proxies)
    found = []
    for i, (backwards, namespace) in enumerate(ordered):
        longer = takewhile(_begins(backwards), islice(ordered, i + 1, None))
        if not any(other[1].startswith(namespace) for other in longer):
            found.append(f"{backwards[::-1]}.{namespace}")
    return found


def _begins(start: str) -> Callable[[tuple[str, str]], bool]:
    return lambda entry: entry[0].startswith(start)


def stem(pod: str) -> str:
    """The name of a pod without what its controller adds: `web` of `web-5d99885bc9-x2x4v`."""
    return _HASHES.sub("", pod)
