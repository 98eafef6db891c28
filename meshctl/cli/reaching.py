"""What a command about proxies looks at: recordings, ports, or live clusters with their resources and proxies."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from meshctl.cli.errors import UsageError
from meshctl.model.ids import KindKey

if TYPE_CHECKING:
    from meshctl.cli.session import Session
    from meshctl.proxy.gather import Gathered, Sources
    from meshctl.proxy.reached import Wanted
    from meshctl.proxy.transports.deadline import Deadline
    from meshctl.sources.snapshot import Snapshot

OTHERWISE = "no proxy to look at: name recorded answers with --dump, or a port with --admin-url"

_POD = KindKey("", "Pod")


@dataclass(frozen=True, slots=True)
class Seen:
    """Resources and proxies of one look.

    `pods` are the proxies that there are, as (namespace, pod), asked or not, with the name of their container.
    """

    snapshot: "Snapshot"
    gathered: "Gathered"
    deadline: "Deadline"
    pods: Mapping[tuple[str, str], str] = field(default_factory=dict)


def recorded(given: "Sources") -> "Gathered":
    """The proxies of recordings and ports. Raises UsageError."""
    from meshctl.proxy.gather import NoSource, gather

    try:
        return gather(given)
    except NoSource as error:
        raise UsageError(str(error)) from error


@contextmanager
def live(
    session: "Session",
    kinds: frozenset[KindKey],
    wanted: "Wanted",
    *,
    namespace: str = "",
    control_planes: bool = True,
    otherwise: str = OTHERWISE,
) -> Iterator[Seen]:
    """Live clusters: these kinds of resources, in `namespace` or everywhere, with the files over them; their proxies.

    All together takes at most `--timeout`. Raises UsageError, where there is no cluster with `otherwise` in it.
    """
    from meshctl.cli.live import is_available, no_cluster
    from meshctl.cli.progress import watching
    from meshctl.graph.mesh import MeshGraph
    from meshctl.proxy.pods import proxy_pods
    from meshctl.proxy.reached import Reached
    from meshctl.proxy.transports.deadline import Deadline
    from meshctl.sources.overlay import overlaid

    if not is_available(session.options, session.configuration.contexts):
        raise UsageError(f"{otherwise}; {no_cluster()}")
    files = None
    if session.has_files:
        if len(session.contexts) > 1:
            raise UsageError("files go over one cluster: name one --context")
        files = session.files(session.contexts[0].namespace or "default")
    deadline = Deadline(session.options.timeout)
    snapshot = session.live(kinds | {_POD}, namespace=namespace)
    mesh = MeshGraph(snapshot, session.settings)
    with Reached(session.contexts, deadline) as reached:
        with watching(session.options.quiet, ["proxies"]) as progress:
            gathered = reached.gather(mesh, wanted, control_planes=control_planes, progress=progress)
        yield Seen(overlaid(snapshot, files) if files else snapshot, gathered, deadline, proxy_pods(mesh))
