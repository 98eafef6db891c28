"""What proxies refused, by cause: as many proxies as refuse one EnvoyFilter, they have one problem."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.envoyfilter import EnvoyFilter, Patch
from meshctl.graph.kinds.workload import Pod
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.proxies import pod_of
from meshctl.model.proxystate import ProxyState, Rejection

_ROUTES = frozenset({"ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE"})
_CHANGED: Mapping[str, frozenset[str]] = {
    "LDS": frozenset({"LISTENER", "FILTER_CHAIN", "LISTENER_FILTER", "NETWORK_FILTER", "HTTP_FILTER"}),
    "CDS": frozenset({"CLUSTER"}),
    "RDS": _ROUTES,
    "ECDS": frozenset({"EXTENSION_CONFIG", "HTTP_FILTER", "NETWORK_FILTER"}),
}
_QUOTED = 24
_POSSIBLE, _CONTAINED, _MENTIONED = 1, 2, 3


class Refusal(Struct, frozen=True):
    """One cause for which proxies refuse configuration of one type.

    `source` and `patch` are the EnvoyFilter behind it, as far as one can be told: `mentioned` says that the proxy's
    words or what it refused show it, otherwise it is the only one that changes such things. `candidates` are those
    that could be, where it is none for sure. `reason` is in the proxy's own words; `resources` are what was refused.
    """

    type: str
    reason: str
    resources: tuple[str, ...]
    states: tuple[ProxyState, ...]
    source: EnvoyFilter | None = None
    patch: Patch | None = None
    mentioned: bool = False
    candidates: tuple[EnvoyFilter, ...] = ()
    past: bool = False


class _Cause(Struct, frozen=True):
    source: EnvoyFilter | None
    patch: Patch | None
    evidence: int
    candidates: tuple[EnvoyFilter, ...]


@index(EnvoyFilter, Pod, ConfigMap)
def refusals(mesh: MeshGraph) -> tuple[Refusal, ...]:
    """All refusals of proxies of Istio, each cause once, in order of the proxies."""
    causes = _Causes(mesh)
    found: dict[tuple[object, ...], tuple[_Cause, Rejection, dict[str, None], dict[str, ProxyState]]] = {}
    for state in mesh.facts.states:
        for rejection in state.rejections if state.is_istios else ():
            cause = causes.of(state, rejection)
            key: tuple[object, ...] = (rejection.type, rejection.past)
            if cause.source and cause.patch:
                key += (cause.source.id, cause.patch.path)
            else:
                key += (_normal(rejection),)
            _, _, resources, states = found.setdefault(key, (cause, rejection, {}, {}))
            if rejection.resource:
                resources.setdefault(rejection.resource)
            states.setdefault(state.id, state)
    return tuple(
        Refusal(
            type=rejection.type,
            reason=rejection.reason,
            resources=tuple(resources),
            states=tuple(states.values()),
            source=cause.source,
            patch=cause.patch,
            mentioned=cause.evidence > _POSSIBLE,
            candidates=cause.candidates,
            past=rejection.past,
        )
        for cause, rejection, resources, states in found.values()
    )


def _normal(rejection: Rejection) -> str:
    """The words without what differs between proxies that refuse the same thing: names, addresses, numbers."""
    words = rejection.reason.replace(rejection.resource, "") if rejection.resource else rejection.reason
    return re.sub(r"\d+", "#", words)


class _Causes:
    """Finds the EnvoyFilter behind a rejection; equal proxies are looked at once."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._root = mesh_config(mesh).root_namespace
        self._by_namespace: dict[str, list[EnvoyFilter]] = {}
        for each in mesh.all(EnvoyFilter):
            self._by_namespace.setdefault(each.namespace, []).append(each)
        self._known: dict[object, _Cause] = {}

    def of(self, state: ProxyState, rejection: Rejection) -> _Cause:
        if rejection.past:
            return _Cause(None, None, 0, ())
        labels = state.labels or pod_of(self._mesh, state).labels
        key = (state.namespace, state.kind, frozenset(labels.items()), rejection)
        if key not in self._known:
            self._known[key] = self._find(state, labels, rejection)
        return self._known[key]

    def _find(self, state: ProxyState, labels: Mapping[str, str], rejection: Rejection) -> _Cause:
        places = dict.fromkeys((self._root, state.namespace))
        found = [
            (_evidence(patch, rejection), source, patch)
            for place in places
            for source in self._by_namespace.get(place, ())
            if source.applies_to(state.namespace, labels, self._root)
            for patch in source.patches
            if _may_change(patch, state, rejection)
        ]
        best = max((evidence for evidence, _, _ in found), default=0)
        likely = [(source, patch) for evidence, source, patch in found if evidence == best]
        sources = tuple({source.id: source for source, _ in likely}.values())
        if len(sources) == 1:
            return _Cause(sources[0], likely[0][1], best, ())
        return _Cause(None, None, best, sources)


def _may_change(patch: Patch, state: ProxyState, rejection: Rejection) -> bool:
    """Whether the patch is for such a thing of such a proxy."""
    inbound = rejection.resource == "virtualInbound" or rejection.resource.startswith("inbound")
    changed = _CHANGED.get(rejection.type, frozenset())
    # The routes of the inbound side are inside its listener.
    if patch.apply_to not in changed and not (rejection.type == "LDS" and inbound and patch.apply_to in _ROUTES):
        return False
    if patch.context == "GATEWAY" and state.kind == "sidecar":
        return False
    if patch.context.startswith("SIDECAR") and state.kind in ("router", "waypoint"):
        return False
    sides = {"SIDECAR_INBOUND": True, "SIDECAR_OUTBOUND": False}
    if rejection.resource and sides.get(patch.context, inbound) != inbound:
        return False
    if rejection.type == "LDS" and rejection.resource and not inbound:
        if patch.listener and patch.listener != rejection.resource:
            return False
        if patch.port is not None and not rejection.resource.endswith(f"_{patch.port}"):
            return False
    return True


def _evidence(patch: Patch, rejection: Rejection) -> int:
    """How sure it is that this patch is what was refused."""
    plain = rejection.reason.replace("_", "").lower()
    for name, value in _leaves(patch.value):
        quoted = " ".join(value.split())[:_QUOTED]
        if len(quoted) >= 6 and (value[:_QUOTED] in rejection.reason or quoted in rejection.reason):
            return _MENTIONED
        if name == "@type" and re.search(rf"\b{re.escape(value.rpartition('.')[2])}\b", rejection.reason):
            return _MENTIONED
        if len(name) > 6 and name.replace("_", "").lower() in plain:
            return _MENTIONED
    types = {value.rpartition("/")[2] for name, value in _leaves(patch.value) if name == "@type"}
    if patch.target in rejection.filters or types & rejection.filters:
        return _CONTAINED
    return _POSSIBLE


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The fields of a message that are no messages, with their names; the value of one that is no text is empty."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(each, str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, name)
    else:
        yield name, value if isinstance(value, str) else ""
