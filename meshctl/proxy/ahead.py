"""Answers of running proxies, fetched a few ahead of who looks at them one by one."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from threading import Event, Thread

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.recorded import Load, ProxyAnswers

_AHEAD = 16
_GLANCE = 0.1


def fetched_ahead(proxies: Sequence[ProxyAnswers], answers: Sequence[str]) -> Iterator[ProxyAnswers]:
    """The proxies in their order, each with these answers there already; recordings as they are.

    So many at a time are in memory as are fetched ahead.
    """
    waiting: deque[tuple[ProxyAnswers, dict[str, _Fetch]]] = deque()
    rest = iter(proxies)
    while True:
        while len(waiting) < _AHEAD and (proxy := next(rest, None)) is not None:
            running = proxy.source != "recording"
            wanted = [answer for answer in answers if running and answer in proxy.files]
            waiting.append((proxy, _begin(proxy, wanted)))
        if not waiting:
            return
        proxy, fetches = waiting.popleft()
        yield replace(proxy, files={**proxy.files, **fetches}) if fetches else proxy
        del proxy, fetches


def _begin(proxy: ProxyAnswers, answers: Sequence[str]) -> "dict[str, _Fetch]":
    fetches = {answer: _Fetch(proxy.files[answer]) for answer in answers}
    if fetches:
        # Not a pool: its threads would hold up the end of the process when somebody presses Ctrl-C.
        Thread(target=partial(_fetch, tuple(fetches.values())), daemon=True).start()
    return fetches


def _fetch(fetches: "Sequence[_Fetch]") -> None:
    for each in fetches:
        each.run()


class _Fetch:
    """An answer that is on its way. Who asks for it once more, later, gets a new one."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._done = Event()
        self._found: bytes | Exception | None = None

    def run(self) -> None:
        """Ask."""
        try:
            self._found = self._load()
        except Exception as error:
            self._found = error
        self._done.set()

    def __call__(self) -> bytes:
        """As the load does."""
        while not self._done.wait(_GLANCE):
            pass
        found, self._found = self._found, None
        if found is None:
            return self._load()
        if isinstance(found, BrokenAnswer):
            self._found = found
        if isinstance(found, Exception):
            raise found
        return found
