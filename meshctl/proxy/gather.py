"""What `--dump`, `--admin-url` and `--istiod-url` name, together."""

from collections.abc import Sequence

from msgspec import Struct

from meshctl.model.result import Unread
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.kinds import answers_behind
from meshctl.proxy.live import control_plane_answers
from meshctl.proxy.recorded import ControlPlaneAnswers, NoRecording, ProxyAnswers, read_recording
from meshctl.proxy.transports.http import Http
from meshctl.sources.cluster.each import side_by_side

AT_ONCE = 32
"""Proxies that are asked at the same time."""


class Sources(Struct, frozen=True):
    """Where answers are from, as given: paths of recordings, URLs; `timeout` (seconds) bounds one answer."""

    dumps: Sequence[str] = ()
    admin_urls: Sequence[str] = ()
    istiod_urls: Sequence[str] = ()
    timeout: float = 30

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, as reports name their inputs."""
        return (*self.dumps, *(Http(url).name for url in (*self.istiod_urls, *self.admin_urls)))


class NoSource(Exception):
    """A path without a recording or a URL that is none; the text is for the user."""


class Gathered(Struct, frozen=True):
    """The proxies and control planes that can be read; `unread` are those that did not answer."""

    proxies: tuple[ProxyAnswers, ...]
    control_planes: tuple[ControlPlaneAnswers, ...]
    unread: tuple[Unread, ...] = ()


def gather(sources: Sources) -> Gathered:
    """Find everything; of proxies that run, only who they are is asked here. Raises NoSource."""
    proxies: list[ProxyAnswers] = []
    control_planes: list[ControlPlaneAnswers] = []
    unread: list[Unread] = []
    try:
        for path in sources.dumps:
            recording = read_recording(path)
            proxies += recording.proxies
            control_planes += recording.control_planes
        ports = [Http(url, timeout=sources.timeout) for url in sources.admin_urls]
        control_planes += [control_plane_answers(Http(url, timeout=sources.timeout)) for url in sources.istiod_urls]
    except (NoRecording, ValueError) as error:
        raise NoSource(str(error)) from error
    for found in _at_once(ports):
        if isinstance(found, Unread):
            unread.append(found)
        else:
            proxies.append(found)
    return Gathered(tuple(proxies), tuple(control_planes), tuple(unread))


def _at_once(ports: Sequence[Http]) -> list[ProxyAnswers | Unread]:
    return side_by_side(ports, _ask, min(AT_ONCE, len(ports)))


def _ask(port: Http) -> ProxyAnswers | Unread:
    try:
        return answers_behind(port)
    except BrokenAnswer as error:
        return Unread(port.name, str(error))
