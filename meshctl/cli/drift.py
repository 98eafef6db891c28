"""`meshctl drift`: what the resources ask for, what the control plane sends, what the proxies run."""

import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import structs

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Filenames, Options
from meshctl.cli.proxies import AdminUrls, Dumps, IstiodUrls, near_proxy, require_place, sources
from meshctl.cli.watch import Rounds, Watch

if TYPE_CHECKING:
    from meshctl.cli.session import Session
    from meshctl.proxy.drift.drift import Outcome
    from meshctl.proxy.gather import Gathered, Sources
    from meshctl.sources.snapshot import Snapshot

Pods = Annotated[
    list[str] | None,
    typer.Argument(metavar="[POD]...", help="Only these proxies: NAME, NAME.NAMESPACE, NAMESPACE/NAME."),
]


def drift(
    options: Options,
    pod: Pods = None,
    filename: Filenames = None,
    dump: Dumps = None,
    admin_url: AdminUrls = None,
    istiod_url: IstiodUrls = None,
    watch: Watch = None,
) -> int:
    """Compare, field by field, what the resources ask for, what the control plane sends and what the proxies run.

    In live clusters two samples are taken, and what differs in both is drift; files go over the cluster of --context.
    """
    from meshctl.analysis.drift import drift as run
    from meshctl.analysis.drift import summary
    from meshctl.cli.session import Session
    from meshctl.graph.mesh import MeshGraph
    from meshctl.model.facts import Facts

    given = sources(options, filename, dump, admin_url, istiod_url)
    session = Session(options, filename or (), live=given is None)
    analyzers, rounds = session.analyzers(), Rounds(watch, session.targets)

    def once() -> int:
        if given is None:
            snapshot, found = _live(session, pod or ())
        else:
            snapshot, found = _recorded(session, given, pod or ())
        mesh = MeshGraph(snapshot, session.settings, Facts(states=found.refused, differences=found.differences))
        analysis = run(mesh, analyzers, checked=found.checked)
        rounds.begin()
        if not options.quiet:
            sys.stderr.write(f"{summary(found.differences, found.checked, found.without)}\n")
        return session.finish(analysis.result, analysis.crashes)

    return rounds.run(once)


def _recorded(session: "Session", given: "Sources", pods: Sequence[str]) -> "tuple[Snapshot, Outcome]":
    from meshctl.cli.reaching import recorded
    from meshctl.graph.mesh import MeshGraph
    from meshctl.proxy.drift.drift import drift as compare
    from meshctl.proxy.drift.samples import PAUSE, confirmed

    gathered = recorded(given)
    if not gathered.proxies and not gathered.unread:
        raise UsageError("no proxy to compare: what is named holds answers of control planes alone")
    others = {(proxy.namespace, proxy.name): proxy.container for proxy in gathered.proxies}
    left = _left_out(session, others, pods)
    kept = tuple(proxy for proxy in gathered.proxies if (proxy.namespace, proxy.name) not in left)
    gathered = structs.replace(gathered, proxies=kept)
    pods = _named(pods, [(proxy.namespace, proxy.name, proxy.label) for proxy in gathered.proxies])
    snapshot = _wanted(session, gathered, given.dumps)
    mesh, namespace = MeshGraph(snapshot, session.settings), session.reported_namespace
    places = {proxy.namespace for proxy in gathered.proxies}
    require_place(namespace, places, sure="" not in places and not gathered.unread)
    found = compare(mesh, gathered, pods, namespace=namespace)
    if found.differences and given.admin_urls:
        time.sleep(PAUSE)
        found = confirmed(found, compare(mesh, gathered, pods, namespace=namespace))
    inputs = tuple(dict.fromkeys((*snapshot.inputs, *given.names)))
    return structs.replace(snapshot, inputs=inputs, unread=(*snapshot.unread, *found.unread)), found


def _live(session: "Session", pods: Sequence[str]) -> "tuple[Snapshot, Outcome]":
    """Two samples of everything, where the first one has differences."""
    from meshctl.cli.reaching import live
    from meshctl.graph.drifted import COMPARED
    from meshctl.graph.mesh import MeshGraph
    from meshctl.proxy.drift.samples import PAUSE, compare_clusters, confirmed, to_confirm
    from meshctl.proxy.reached import Wanted

    kinds = frozenset(key for kind in COMPARED for key in kind.KINDS)
    wanted = Wanted(session.reported_namespace, pods)

    def sample(wanted: Wanted, *, again: bool = False) -> "tuple[Snapshot, Outcome]":
        with live(session, kinds, wanted) as seen:
            places = {resource.id.namespace for resource in seen.snapshot.resources if resource.id.kind == "Pod"}
            require_place(session.reported_namespace, places, sure=not seen.snapshot.unread)
            _left_out(session, seen.pods, pods, again=again)
            if pods:
                _named(pods, [(*found, "/".join(found)) for found in seen.pods])
            return seen.snapshot, compare_clusters(MeshGraph(seen.snapshot, session.settings), seen.gathered)

    snapshot, found = sample(wanted)
    if found.differences:
        time.sleep(PAUSE)
        snapshot, again = sample(to_confirm(found, wanted), again=True)
        found = confirmed(found, again)
    return structs.replace(snapshot, unread=tuple(dict.fromkeys((*snapshot.unread, *found.unread)))), found


def _left_out(
    session: "Session", every: Mapping[tuple[str, str], str], pods: Sequence[str], *, again: bool = False
) -> frozenset[tuple[str, str]]:
    """The proxies, as (namespace, pod), that have no configuration to show; people are told the first time.

    `every` are the containers of all proxies. Raises UsageError where one of these is asked for by its name, or where
    there is no other.
    """
    from meshctl.proxy.kinds import shows_configuration
    from meshctl.proxy.pods import names_of

    namespace = session.reported_namespace
    here = {place: container for place, container in every.items() if namespace in ("", place[0])}
    left = {place: container for place, container in here.items() if not shows_configuration(container)}
    why = "has no configuration of Istio that could differ: meshctl proxy-status and meshctl latency show what it tells"
    for (namespace, name), container in sorted(left.items()):
        if any(pod in names_of(namespace, name) for pod in pods):
            raise UsageError(f"{namespace}/{name} is not compared: a {container} {why}")
    if left:
        names = " and ".join(sorted(set(left.values())))
        if len(left) == len(here):
            raise UsageError(f"no proxy to compare: a {names} {why}")
        if not (session.options.quiet or pods or again):
            many = "1 proxy is" if len(left) == 1 else f"{len(left):,} proxies are"
            sys.stderr.write(f"{many} not compared: a {names} {why}.\n")
    return frozenset(left)


def _named(wanted: Sequence[str], known: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    """The names of proxies as NAME, NAME.NAMESPACE or label, of all (namespace, name, label) that are known.

    Raises UsageError for one that is none of them.
    """
    found = []
    for name in wanted:
        place, _, pod = name.partition("/")
        for spelled in (name, f"{pod}.{place}"):
            if any(spelled in (pod, f"{pod}.{namespace}", label) for namespace, pod, label in known):
                found.append(spelled)
                break
        else:
            raise UsageError(f"there is no proxy {name}{near_proxy(name, [(place, pod) for place, pod, _ in known])}")
    return tuple(found)


def _wanted(session: "Session", gathered: "Gathered", dumps: Sequence[str]) -> "Snapshot":
    """The resources: those given, else those of the cluster, else those that a recorded istiod says it holds.

    Where none of those that are given is of Istio's, these are the istiod's: Services and pods do not say that there is
    nothing else. A recording is not compared with a cluster that nobody named: it may have been taken of another one,
    or long ago.
    """
    from meshctl.cli.live import is_available
    from meshctl.graph.drifted import COMPARED
    from meshctl.proxy.drift.sent import held_resources
    from meshctl.sources.snapshot import Snapshot

    options = session.options
    if session.has_files:
        files = session.files()
        if any(resource.id.group.endswith(".istio.io") for resource in files.resources):
            return files
        return structs.replace(files, resources=(*files.resources, *held_resources(gathered.control_planes)))
    named = bool(options.context or options.kubeconfig)
    if named or (not dumps and is_available(options, session.configuration.contexts)):
        return session.live(frozenset(key for kind in COMPARED for key in kind.KINDS))
    return Snapshot(resources=held_resources(gathered.control_planes))
