"""All answers of running proxies and control planes, for a bundle."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from meshctl.model.result import Unread
from meshctl.proxy.drift.sent import stem, unmistakable
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.gather import AT_ONCE, Gathered
from meshctl.proxy.recorded import ControlPlaneAnswers, Load, ProxyAnswers
from meshctl.proxy.status.syncz import connections
from meshctl.sources.bundle.proxies import ProxyFile
from meshctl.sources.cluster.each import side_by_side

PROXY_ANSWERS = (
    *("config_dump", "clusters", "listeners", "stats", "stats.prom", "certs", "server_info", "memory", "init_dump"),
    *("metrics.prom", "ready"),
)
CONTROL_PLANE_ANSWERS = ("syncz", "adsz", "registryz", "endpointz", "mesh", "version")

_TEXTS = {"stats.prom": "stats.prom", "metrics.prom": "metrics.prom", "ready": "ready.txt"}
_ALWAYS = ("config_dump", "clusters", "stats", "syncz", "metrics.prom")


def captured(gathered: Gathered, istio_namespaces: Callable[[str], str], unread: list[Unread]) -> Iterator[ProxyFile]:
    """The answers, in the order of their names, some proxies at a time in memory.

    `istio_namespaces` tells the namespace of an istiod by its name. What is not to be had is added to `unread`.
    """
    for plane in sorted(gathered.control_planes, key=lambda each: (each.cluster, each.name)):
        files = _of_control_plane(plane)
        place = (plane.cluster, istio_namespaces(plane.name), plane.name)
        yield from _answers(files, partial(ProxyFile, *place, control_plane=True), plane.name, unread)
    proxies = sorted(gathered.proxies, key=lambda each: (each.cluster, each.namespace, each.name))
    for start in range(0, len(proxies), AT_ONCE):
        some = proxies[start : start + AT_ONCE]
        for answers, lost in side_by_side(some, _of_proxy, len(some)):
            yield from answers
            unread += lost


def _of_proxy(proxy: ProxyAnswers) -> tuple[list[ProxyFile], list[Unread]]:
    lost: list[Unread] = []
    loads = {name: proxy.files[name] for name in PROXY_ANSWERS if name in proxy.files}
    file = partial(ProxyFile, proxy.cluster, proxy.namespace, proxy.name)
    files = list(_answers(loads, file, proxy.label, lost))
    lost += (Unread(proxy.label, part) for part in proxy.unseen)
    return files, lost


def _of_control_plane(plane: ControlPlaneAnswers) -> dict[str, Load]:
    """Its answers, with what it would send to one proxy of each workload."""
    loads = {name: plane.files[name] for name in CONTROL_PLANE_ANSWERS if name in plane.files}
    if plane.ask:
        loads |= {f"config_dump.{name}": partial(plane.ask, name) for name in _representatives(plane)}
    return loads


def _representatives(plane: ControlPlaneAnswers) -> Sequence[str]:
    try:
        served = sorted((each.namespace, each.name) for each in connections(plane.files["syncz"]()))
    except (KeyError, BrokenAnswer):
        return ()
    first = {(namespace, stem(name)): (name, namespace) for namespace, name in reversed(served)}
    clear = set(unmistakable((name, namespace) for namespace, name in served))
    return [text for name, namespace in sorted(first.values()) if (text := f"{name}.{namespace}") in clear]


def _answers(
    loads: dict[str, Load], file: Callable[..., ProxyFile], label: str, unread: list[Unread]
) -> Iterator[ProxyFile]:
    lost: dict[str, list[str]] = {}
    for name, load in sorted(loads.items()):
        try:
            data = load()
        except BrokenAnswer as error:
            # Not every version has all of them, and proxies come and go.
            if error.status != 404 or name in _ALWAYS:
                lost.setdefault(str(error), []).append(name)
            continue
        yield file(name=_TEXTS.get(name, f"{name}.json"), data=data)
    unread += (Unread(label, f"{', '.join(names)} {why}") for why, names in lost.items())
