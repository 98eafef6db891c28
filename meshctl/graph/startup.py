"""How long pods took to start because of their sidecar, from what the kubelet wrote into their status."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from meshctl.graph.application import ISTIO_CONTAINERS, OTHER_MESHES
from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.proxied import injected_proxy, other_proxy


class StartUp(Struct, frozen=True):
    """Whole seconds, as exact as the kubelet's clock.

    `init` is what Istio's own init containers took. `wait` is how long the next container (the application, or an init
    container of it) started after the proxy where it had to wait for that, at most: the pull of its image is in it.
    `alone` is how long the application ran before the proxy was started. None where the status does not tell.
    """

    init: int | None
    wait: int | None
    alone: int | None

    @property
    def delay(self) -> int | None:
        """By how much later the application started, together."""
        known = [seconds for seconds in (self.init, self.wait) if seconds is not None]
        return sum(known) if known else None


def start_up(pod: Workload) -> StartUp | None:
    """What the status of a pod with a sidecar says; None where it says nothing about it."""
    proxy = injected_proxy(pod) or other_proxy(pod)
    if proxy is None:
        return None
    own_inits = OTHER_MESHES.get(proxy.name, ISTIO_CONTAINERS)
    ran = {**_states(pod, "initContainerStatuses"), **_states(pod, "containerStatuses")}
    own = [c.name for c in pod.containers if c.init and not c.native and c.name in own_inits]
    took = [_seconds(ran[name].began, ran[name].ended) for name in own if name in ran]
    known = [seconds for seconds in took if seconds is not None]
    init = sum(known) if known else None
    wait, alone = _beside(pod, proxy, ran)
    return StartUp(init, wait, alone) if (init, wait, alone) != (None, None, None) else None


def _beside(pod: Workload, proxy: Container, ran: Mapping[str, "_Ran"]) -> tuple[int | None, int | None]:
    """How long the others waited for the proxy, and how long they were without it."""
    others = [c for c in pod.containers if not c.init and c is not proxy and c.name not in ISTIO_CONTAINERS]
    started = ran.get(proxy.name)
    if not others or started is None or started.restarted or any(_restarted(ran, c.name) for c in others):
        return None, None
    begun = [at for c in others if c.name in ran and (at := ran[c.name].began)]
    first = min(begun, default=None)
    if proxy.native:
        inits = [c for c in pod.containers if c.init]
        later = inits[inits.index(proxy) + 1 :]
        following = ran[later[0].name].began if later and later[0].name in ran else first
        return _seconds(started.began, following), None
    if pod.containers.index(proxy) < pod.containers.index(others[0]):
        return _seconds(started.began, first), None
    return 0, _seconds(first, started.began)


class _Ran(Struct, frozen=True):
    began: datetime | None
    ended: datetime | None
    restarted: bool


def _states(pod: Workload, field: str) -> Mapping[str, _Ran]:
    return {text(status.get("name")): _ran(status) for _, status in numbered(pod.status.get(field))}


def _ran(status: Fields) -> _Ran:
    state = mapping(status.get("state"))
    running, over = mapping(state.get("running")), mapping(state.get("terminated"))
    began = _time(running.get("startedAt")) or _time(over.get("startedAt"))
    return _Ran(began, _time(over.get("finishedAt")), bool(status.get("restartCount")))


def _restarted(ran: Mapping[str, _Ran], name: str) -> bool:
    return name in ran and ran[name].restarted


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _seconds(begin: datetime | None, end: datetime | None) -> int | None:
    """None where one is not known or the end is before the beginning."""
    if begin is None or end is None or end < begin:
        return None
    return round((end - begin).total_seconds())
