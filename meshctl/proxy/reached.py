"""The proxies and istiods of live clusters: which pods they are, and the ways to them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from msgspec import Struct

from meshctl.graph.kinds.workload import Pod
from meshctl.graph.mesh import MeshGraph
from meshctl.model.result import Unread
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.gather import AT_ONCE, Gathered
from meshctl.proxy.kinds import CONFIGURATION, REQUESTS, Metrics, ProxyKind, kind_of
from meshctl.proxy.live import First, control_plane_answers
from meshctl.proxy.pods import is_istiod, label, names_of, not_running, runs
from meshctl.proxy.recorded import ControlPlaneAnswers, Load, ProxyAnswers
from meshctl.proxy.transports.apiserver import ApiServer, OutOfTime
from meshctl.proxy.transports.deadline import Deadline
from meshctl.proxy.transports.exec import Exec
from meshctl.proxy.transports.pod import Denials, PodPort
from meshctl.proxy.transports.podproxy import PodProxy
from meshctl.proxy.transports.portforward import Kept, PortForward
from meshctl.proxy.transports.transport import NotPermitted
from meshctl.proxy.transports.way import Way
from meshctl.sources.cluster.each import side_by_side
from meshctl.sources.cluster.kubeconfig import Context, Inaccessible
from meshctl.sources.cluster.request import NoProgress, Progress

T = TypeVar("T")

_DEBUG, _DISCOVERY = 15014, "discovery"
# Where one is written down for many.
_FEW = 3


class Wanted(Struct, frozen=True):
    """Which proxies are asked: all of `namespace` (empty: everywhere), or those of `pods`.

    `target` narrows it where it is a namespace or a pod that is there, and is for others to decide where it is not.
    `tells` is what they have to tell (see `meshctl.proxy.kinds`); empty: those that tell anything.
    """

    namespace: str = ""
    pods: Sequence[str] = ()
    target: str = ""
    tells: str = CONFIGURATION

    def has(self, pod: Pod) -> bool:
        """Whether a pod is one of them."""
        kind = kind_of(pod)
        if kind is None or (self.tells and self.tells not in kind.tells):
            return False
        if self.namespace and pod.namespace != self.namespace:
            return False
        return not self.pods or any(name in self.pods for name in names_of(pod.namespace, pod.name))


class _Cluster:
    """One cluster: its server, and what is known of the ways through it."""

    def __init__(self, context: Context, name: str, deadline: Deadline) -> None:
        self.name = name
        self.server = ApiServer(context.configuration(), deadline, parallel=AT_ONCE)
        self.kept, self.denials = Kept(), Denials()

    def proxy(self, pod: Pod, kind: ProxyKind) -> PodPort:
        """The ways to the admin port of a proxy of this kind."""
        place, port, command = (pod.namespace, pod.name), kind.port(pod), kind.command(pod)
        ways: list[Way] = [PortForward(self.server, self.kept, *place, port)]
        if command:
            ways.append(Exec(self.server, *place, kind.container, command, port))
        ways.append(PodProxy(self.server, *place, (kind.metrics.path, *kind.metrics.beside), kind.metrics.ports))
        return PodPort(*place, ways, self.denials)

    def istiod(self, pod: Pod) -> PodPort:
        """The ways to the debug port of an istiod."""
        place = (pod.namespace, pod.name)
        command = ("pilot-discovery", "request", "GET")
        ways = (
            PortForward(self.server, self.kept, *place, _DEBUG),
            Exec(self.server, *place, _DISCOVERY, command, _DEBUG),
        )
        return PodPort(*place, ways, self.denials)

    def close(self) -> None:
        """Hang up."""
        self.kept.close()
        self.server.close()


class Reached:
    """The pods of live clusters, asked while it is entered as a context."""

    def __init__(self, contexts: Sequence[Context], deadline: Deadline) -> None:
        """`deadline` is for everything together."""
        self._contexts = {context.name if len(contexts) > 1 else "": context for context in contexts}
        self._deadline = deadline
        self._clusters: dict[str, _Cluster] = {}

    def __enter__(self) -> "Reached":
        return self

    def __exit__(self, *_: object) -> None:
        self._deadline.stop()
        for cluster in self._clusters.values():
            cluster.close()

    def gather(
        self, mesh: MeshGraph, wanted: Wanted, *, control_planes: bool = True, progress: Progress | None = None
    ) -> Gathered:
        """Find the pods in what was read and ask each who it is, many at once. One that does not answer is unread."""
        unread: list[Unread] = []
        planes = [pod for pod in mesh.all(Pod) if control_planes and is_istiod(pod)]
        pods = [pod for pod in mesh.all(Pod) if runs(pod) and wanted.has(pod)]
        aimed = [pod for pod in pods if wanted.target in (pod.namespace, *names_of(pod.namespace, pod.name))]
        pods = aimed or pods
        self._connect({pod.cluster for pod in (*planes, *pods)}, unread)
        jobs: list[Callable[[], ControlPlaneAnswers | ProxyAnswers | _Silent]] = [
            partial(self._istiod, pod) for pod in planes if pod.cluster in self._clusters
        ]
        jobs += [partial(self._proxy, pod, wanted) for pod in pods if pod.cluster in self._clusters]
        progress = progress or NoProgress()
        progress.planned("proxies", len(jobs))
        found = side_by_side(jobs, partial(_told, progress), min(AT_ONCE, len(jobs)))
        unread += _unread([each for each in found if isinstance(each, _Silent)], len(self._contexts) > 1)
        return Gathered(
            tuple(each for each in found if isinstance(each, ProxyAnswers)),
            tuple(each for each in found if isinstance(each, ControlPlaneAnswers)),
            tuple(unread),
        )

    def _connect(self, names: Iterable[str], unread: list[Unread]) -> None:
        missing = [name for name in sorted(names) if name in self._contexts and name not in self._clusters]

        def connect(name: str) -> "_Cluster | Unread":
            context = self._contexts[name]
            try:
                return _Cluster(context, name, self._deadline)
            except (Inaccessible, OSError, ValueError) as error:
                return Unread(f"proxies of {context.name}", str(error))

        for found in side_by_side(missing, connect, len(missing)):
            if isinstance(found, Unread):
                unread.append(found)
            else:
                self._clusters[found.name] = found

    def _istiod(self, pod: Pod) -> ControlPlaneAnswers:
        """Which proxies it serves is asked at once, and kept: whoever reads it is told why it is of no use."""
        port = self._clusters[pod.cluster].istiod(pod)
        answers = control_plane_answers(port, pod.name)
        files: dict[str, Load] = {**answers.files, "syncz": Once(answers.files["syncz"])}
        with suppress(BrokenAnswer):
            files["syncz"]()
        # The cluster itself tells which resources there are.
        files.pop("configz", None)
        return replace(answers, files=files, cluster=pod.cluster, source=port.name)

    def _proxy(self, pod: Pod, wanted: Wanted) -> "ProxyAnswers | _Silent":
        kind = kind_of(pod)
        if kind is None:
            return _Silent(pod, "has no proxy that can be asked")
        if why := not_running(pod, kind.container):
            return _Silent(pod, why)
        port = self._clusters[pod.cluster].proxy(pod, kind)
        try:
            answers = kind.ask(port, pod)
        except NotPermitted as error:
            # One which lets nobody see more than its metrics is of use too, to whom these are enough.
            if wanted.tells in (REQUESTS, ""):
                with suppress(BrokenAnswer):
                    return _placed(_metrics(port, kind.metrics), pod, port, kind)
            return _Silent(pod, str(error), together=True)
        except BrokenAnswer as error:
            return _Silent(pod, str(error), together=isinstance(error, OutOfTime))
        return _placed(answers, pod, port, kind)


class _Silent(Struct, frozen=True):
    """A proxy that did not answer, and why; `together` says that the reason is no matter of this pod."""

    pod: Pod
    why: str
    together: bool = False


class Once:
    """An answer that is asked for once and kept, also where it is of no use."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._found: bytes | BrokenAnswer | None = None

    def __call__(self) -> bytes:
        """As the load does."""
        if self._found is None:
            try:
                self._found = self._load()
            except BrokenAnswer as error:
                self._found = error
        if isinstance(self._found, BrokenAnswer):
            raise self._found
        return self._found


def _told(progress: Progress, job: Callable[[], T]) -> T:
    try:
        return job()
    finally:
        progress.listed("proxies")


def _ask(port: PodPort, path: str) -> bytes:
    return port.get(path).data()


def _metrics(port: PodPort, metrics: Metrics) -> ProxyAnswers:
    """What only shows its metrics. Raises BrokenAnswer where these are not had."""
    load = First(partial(_ask, port, metrics.path))
    return ProxyAnswers("", "", "", {metrics.answer: load}, port.pod, port.name)


def _placed(answers: ProxyAnswers, pod: Pod, port: PodPort, kind: ProxyKind) -> ProxyAnswers:
    """Named as its pod is: what a proxy says of itself may be made up."""
    return replace(
        answers,
        cluster=pod.cluster,
        namespace=pod.namespace,
        name=pod.name,
        label=label(pod),
        source=port.name,
        container=kind.container,
    )


def _unread(silent: Sequence[_Silent], several: bool) -> list[Unread]:
    """One line a proxy; one for all of a namespace where the reason is none of the proxy's."""
    together: dict[tuple[str, str, str], list[Pod]] = defaultdict(list)
    found = []
    for each in silent:
        if each.together:
            together[each.pod.cluster, each.pod.namespace, each.why].append(each.pod)
        else:
            found.append(Unread(label(each.pod), each.why))
    for (cluster, namespace, why), pods in together.items():
        if len(pods) > _FEW:
            found.append(Unread(f"{len(pods):,} proxies in {namespace}" + (f" of {cluster}" if several else ""), why))
        else:
            found += [Unread(label(pod), why) for pod in pods]
    return found
