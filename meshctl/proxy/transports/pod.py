"""One pod, by whichever way leads to it: port-forward, exec, and for the metrics the pod proxy."""

from collections.abc import Sequence
from threading import Lock

from meshctl.proxy.transports.paths import allowed
from meshctl.proxy.transports.transport import Answer, NotPermitted, Unreachable
from meshctl.proxy.transports.way import Denied, MetricsOnly, NotThisWay, Way


class Denials:
    """The ways that were denied, by namespace: what is forbidden once is not tried on every pod."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._denied: dict[tuple[str, str], str] = {}

    def note(self, way: str, namespace: str, why: str) -> None:
        """Remember it."""
        with self._lock:
            self._denied[way, namespace] = why

    def why(self, way: str, namespace: str) -> str:
        """The words of the server; empty where nothing was denied."""
        return self._denied.get((way, namespace), "")


class PodPort:
    """A transport to one pod. The ways are tried in their order, and the one that worked is the first next time."""

    def __init__(self, namespace: str, pod: str, ways: Sequence[Way], denials: Denials) -> None:
        self.pod = f"{namespace}/{pod}"
        self._namespace, self._ways, self._denials = namespace, list(ways), denials
        self._used = ""

    @property
    def name(self) -> str:
        """The pod with the way that was used last: `port-forward to shop/web-1`."""
        return f"{self._used} to {self.pod}" if self._used else self.pod

    def get(self, path: str) -> Answer:
        """As every transport does. Raises NotPermitted where every way is forbidden."""
        path = allowed(path)
        denied: list[Way] = []
        failed: list[str] = []
        for way in tuple(self._ways):
            try:
                if why := self._denials.why(way.name, self._namespace):
                    raise Denied(why)
                answer = way.get(path)
            except MetricsOnly:
                continue
            except Denied as error:
                self._denials.note(way.name, self._namespace, str(error))
                denied.append(way)
            except NotThisWay as error:
                failed.append(f"{way.name} {error}")
            else:
                self._used = way.name
                self._ways.sort(key=lambda each: each is not way)
                return answer
        if not failed:
            raise NotPermitted(self._forbidden(denied))
        raise Unreachable(f"cannot be reached: {'; '.join((*failed, *(f'{way.name} is forbidden' for way in denied)))}")

    def _forbidden(self, ways: Sequence[Way]) -> str:
        names = " and ".join(way.name for way in ways)
        permissions = " or ".join(way.permission for way in ways)
        return (
            f"may not be asked: {names} {'is' if len(ways) == 1 else 'are'} forbidden in namespace {self._namespace} "
            f"(get and create on {permissions})"
        )
