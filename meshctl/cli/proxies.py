"""What the commands about proxies share: where answers are from, and which proxy is meant."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import structs

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options

if TYPE_CHECKING:
    from meshctl.analysis.analyzer import Analyzer
    from meshctl.cli.session import Session
    from meshctl.graph.mesh import MeshGraph
    from meshctl.model.proxystate import ProxyState
    from meshctl.proxy.gather import Sources
    from meshctl.proxy.status.observe import Observation
    from meshctl.sources.snapshot import Snapshot

Dumps = Annotated[
    list[str] | None,
    typer.Option("--dump", metavar="PATH", help="Recorded answers of proxies and istiods. Repeatable."),
]
AdminUrls = Annotated[
    list[str] | None,
    typer.Option("--admin-url", metavar="URL", help="A proxy's admin port that can be reached. Repeatable."),
]
IstiodUrls = Annotated[
    list[str] | None,
    typer.Option("--istiod-url", metavar="URL", help="An istiod's port 15014 that can be reached. Repeatable."),
]


def sources(
    options: Options,
    files: Sequence[str] | None,
    dumps: list[str] | None,
    admin_urls: list[str] | None = None,
    istiod_urls: list[str] | None = None,
) -> "Sources | None":
    """Where answers are from: what is named, else the bundles among the files; None for live clusters.

    Raises UsageError where nothing is named and files are given without a cluster.
    """
    from meshctl.proxy.gather import Sources
    from meshctl.sources.bundle.recognized import is_bundle

    cluster = bool(options.context or options.kubeconfig)
    if not dumps and not admin_urls and not istiod_urls:
        if cluster or not files:
            return None
        dumps = [file for file in files if is_bundle(file)]
        if not dumps:
            raise UsageError(
                "no proxy to look at: name recorded answers with --dump, a port with --admin-url, "
                "or the cluster of the files with --context"
            )
    return Sources(tuple(dumps or ()), tuple(admin_urls or ()), tuple(istiod_urls or ()), options.timeout)


def states(
    session: "Session",
    given: "Sources | None",
    analyzers: "Sequence[Analyzer]",
    pod: str,
    *,
    stale_after: float,
    before: "Sequence[ProxyState]" = (),
) -> "MeshGraph":
    """The resources that are given, are in the cluster or are held by istiod, with the states of the proxies.

    `before` are the states of the last look at them. Raises UsageError.
    """
    from meshctl.analysis.analyze import kinds_of
    from meshctl.analysis.proxy_status import SUBJECT
    from meshctl.cli.reaching import live, recorded
    from meshctl.proxy.kinds import STATE
    from meshctl.proxy.reached import Wanted
    from meshctl.proxy.status.observe import observe
    from meshctl.sources.snapshot import Snapshot

    if given is not None:
        seen = observe(recorded(given), stale_after=stale_after)
        snapshot = session.files() if session.has_files else Snapshot()
        places = {resource.id.home for resource in snapshot.resources} | {state.namespace for state in seen.states}
        sure = "" not in places and not (snapshot.unread or seen.unread)
        require_place(session.reported_namespace, places, sure=sure)
        return _with_states(session, snapshot, seen, given.names, before)
    kinds = kinds_of(analyzer for analyzer in analyzers if analyzer.subject == SUBJECT)
    namespace = session.reported_namespace
    # One of another namespace may be named with that.
    place = "" if pod else namespace
    with live(session, kinds, Wanted(place, (pod,) if pod else (), tells=STATE), namespace=place) as found:
        return _with_states(session, found.snapshot, observe(found.gathered, stale_after=stale_after), (), before)


def _with_states(
    session: "Session",
    snapshot: "Snapshot",
    seen: "Observation",
    names: Sequence[str],
    before: "Sequence[ProxyState]",
) -> "MeshGraph":
    from meshctl.graph.mesh import MeshGraph
    from meshctl.model.facts import Facts
    from meshctl.proxy.consul.growth import grown as more_failures
    from meshctl.proxy.linkerd.growth import grown

    own = {resource.id for resource in snapshot.resources}
    snapshot = structs.replace(
        snapshot,
        resources=(*snapshot.resources, *(r for r in seen.resources if r.id not in own)),
        inputs=tuple(dict.fromkeys((*snapshot.inputs, *names))),
        unread=(*snapshot.unread, *seen.unread),
    )
    states = more_failures(before, grown(before, seen.states))
    return MeshGraph(snapshot, session.settings, Facts(states=states, control_planes=seen.control_planes))


def require_place(namespace: str, places: Iterable[str], *, sure: bool = True) -> None:
    """Raises UsageError where a namespace is none of `places`, those with a proxy or something else in them.

    An empty text stands for all; `sure` says that everything could be read.
    """
    from meshctl.graph.nearest import Names

    known = set(places)
    if namespace and sure and namespace not in known:
        near = Names(known).nearest(namespace)
        raise UsageError(f"there is no proxy in namespace {namespace}" + (f": did you mean {near}?" if near else ""))


def find_pod(mesh: "MeshGraph", pod: str, namespace: str) -> tuple[str, str]:
    """Namespace and name of the proxy that the user means. Raises UsageError with what is near."""
    from meshctl.proxy.pods import proxy_pods

    known = {(s.namespace, s.name) for s in mesh.facts.states} | {*proxy_pods(mesh)}
    found = sorted(k for k in known if _means(pod, namespace, *k))
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{pod} is in several namespaces: {', '.join(f'{place}/{name}' for place, name in found)}")
    raise UsageError(f"there is no proxy {pod}{near_proxy(pod, known)}")


def near_proxy(name: str, known: Iterable[tuple[str, str]]) -> str:
    """`: did you mean shop/web-1?` for a slip in one of the names of (namespace, pod), or in that of its workload."""
    from meshctl.graph.nearest import Names

    every = sorted(known)
    spelled = {spelling: spelling for place, pod in every for spelling in (pod, f"{pod}.{place}", f"{place}/{pod}")}
    # What the name of a pod begins with is often the name of its workload.
    for place, pod in every:
        parts = pod.split("-")
        for count in range(1, len(parts)):
            spelled.setdefault("-".join(parts[:count]), f"{place}/{pod}")
    found = spelled.get(name) or spelled.get(Names(spelled).nearest(name) or "")
    return f": did you mean {found}?" if found else ""


def _means(pod: str, namespace: str, place: str, name: str) -> bool:
    if pod in (f"{place}/{name}", f"{name}.{place}"):
        return True
    return pod == name and namespace in ("", place)
