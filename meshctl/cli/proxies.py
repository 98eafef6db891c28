"""What the commands about proxies share: where answers are from, and which proxy is meant."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options

if TYPE_CHECKING:
    from meshctl.cli.session import Session
    from meshctl.graph.mesh import MeshGraph
    from meshctl.proxy.gather import Sources

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
    options: Options, dumps: list[str] | None, admin_urls: list[str] | None, istiod_urls: list[str] | None
) -> "Sources":
    """Where answers are from. Raises UsageError where nothing is named."""
    from meshctl.proxy.gather import Sources

    if not dumps and not admin_urls and not istiod_urls:
        raise UsageError("no proxy to look at: name recorded answers with --dump, or a port with --admin-url")
    return Sources(tuple(dumps or ()), tuple(admin_urls or ()), tuple(istiod_urls or ()), options.timeout)


def facts_and_resources(session: "Session", given: "Sources", *, stale_after: float) -> "MeshGraph":
    """The resources that are given and those that istiod holds, with the states of the proxies. Raises UsageError."""
    from meshctl.graph.mesh import MeshGraph
    from meshctl.model.facts import Facts
    from meshctl.proxy.gather import NoSource, gather
    from meshctl.proxy.status.observe import observe
    from meshctl.sources.snapshot import Snapshot

    try:
        seen = observe(gather(given), stale_after=stale_after)
    except NoSource as error:
        raise UsageError(str(error)) from error
    snapshot = session.files() if session.has_files else Snapshot()
    own = {resource.id for resource in snapshot.resources}
    snapshot = replace(
        snapshot,
        resources=(*snapshot.resources, *(r for r in seen.resources if r.id not in own)),
        inputs=(*snapshot.inputs, *given.names),
        unread=(*snapshot.unread, *seen.unread),
    )
    return MeshGraph(snapshot, session.settings, Facts(states=seen.states, control_planes=seen.control_planes))


def find_pod(mesh: "MeshGraph", pod: str, namespace: str) -> tuple[str, str]:
    """Namespace and name of the proxy that the user means. Raises UsageError with what is near."""
    from meshctl.graph.nearest import Names
    from meshctl.graph.proxies import unserved_pods

    known = {(s.namespace, s.name) for s in mesh.facts.states}
    known |= {(each.pod.namespace, each.pod.name) for each in unserved_pods(mesh)}
    found = sorted(k for k in known if _means(pod, namespace, *k))
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{pod} is in several namespaces: {', '.join(f'{place}/{name}' for place, name in found)}")
    spelled = Names(spelling for place, name in known for spelling in (name, f"{name}.{place}", f"{place}/{name}"))
    near = spelled.nearest(pod) or next((f"{p}/{n}" for p, n in sorted(known) if n.startswith(f"{pod}-")), "")
    raise UsageError(f"there is no proxy {pod}" + (f": did you mean {near}?" if near else ""))


def _means(pod: str, namespace: str, place: str, name: str) -> bool:
    if pod in (f"{place}/{name}", f"{name}.{place}"):
        return True
    return pod == name and namespace in ("", place)
