"""What the proxies of a workload are told of: exportTo, and the hosts that a Sidecar leaves."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from meshctl.graph.fields import mapping, numbered, numbered_texts, text
from meshctl.graph.hostnames import overlap
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import Sidecar, VirtualService
from meshctl.graph.mesh import Missing
from meshctl.graph.selectors import matches
from meshctl.graph.sidecars import sidecars_by_place
from meshctl.graph.viewpoint.provided import Provided, provided
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path


class Admission(Struct, frozen=True):
    """An entry of a Sidecar's egress hosts: namespace (`*` any, empty none) and host, possibly a wildcard."""

    path: Path
    namespace: str
    host: str


class Scope(Struct, frozen=True):
    """What is visible. `hosts` are providers by FQDN; `admitted` is which egress host of the Sidecar let each in.

    `open` are hosts that are let in by more than egress hosts, so that nobody can say that they should not be there;
    `whole` is false where a Sidecar limits hosts to ports, so that nobody can say that one should be there.
    """

    sidecar: Sidecar | None
    hosts: Mapping[str, Provided]
    admitted: Mapping[str, Path]
    open: frozenset[str]
    whole: bool


def scope(viewer: Viewer) -> Scope:
    """What these proxies are told of."""
    if "scope" not in viewer.cache:
        viewer.cache["scope"] = scope_of(viewer, sidecar_of(viewer))
    found: Scope = viewer.cache["scope"]
    return found


def scope_of(viewer: Viewer, sidecar: Sidecar | None) -> Scope:
    """What they would be told of with this Sidecar."""
    everything = {h: p for h, ps in provided(viewer.mesh).items() if (p := _visible(viewer, ps))}
    listeners = list(numbered(sidecar.spec.get("egress"))) if sidecar else []
    if sidecar is None or not listeners:
        return Scope(sidecar, everything, {}, frozenset(), whole=sidecar is not None or _none_elsewhere(viewer))
    entries = tuple(admissions(sidecar))
    hosts: dict[str, Provided] = {}
    admitted: dict[str, Path] = {}
    for host, provider in everything.items():
        if found := next((e for e in entries if _admits(e, provider.source.namespace, host)), None):
            hosts[host], admitted[host] = provider, found.path
    # Destinations of a VirtualService that is let in come along with it.
    needed = {
        viewer.fqdn(d.host, source.namespace)
        for source in viewer.mesh.all(VirtualService)
        if admitted_service(viewer, entries, source)
        for d in source.destinations
    }
    limited = any(listener.get("port") for _, listener in listeners)
    return Scope(sidecar, hosts, admitted, frozenset(needed), whole=not limited)


def _none_elsewhere(viewer: Viewer) -> bool:
    """Whether the input shows that no Sidecar is for these proxies."""
    places = (viewer.namespace, viewer.root) if viewer.is_sidecar else ()
    return all(viewer.mesh.absence_is_proven(Missing("Sidecar", "", Sidecar.KINDS, p)) for p in places)


def admitted_service(viewer: Viewer, entries: tuple[Admission, ...], source: VirtualService) -> bool:
    """Whether egress hosts let a VirtualService in."""
    return viewer.may_see(source.export_to) and any(
        _admits(entry, source.namespace, viewer.fqdn(host, source.namespace))
        for entry in entries
        for _, host in source.hosts
    )


def admissions(sidecar: Sidecar) -> Iterator[Admission]:
    """The egress hosts of a Sidecar."""
    for i, listener in numbered(sidecar.spec.get("egress")):
        for j, entry in numbered_texts(listener.get("hosts")):
            namespace, slash, host = entry.partition("/")
            place = sidecar.namespace if namespace == "." else "" if namespace == "~" else namespace
            yield Admission(("spec", "egress", i, "hosts", j), place if slash else "*", host if slash else entry)


def sidecar_of(viewer: Viewer) -> Sidecar | None:
    """The Sidecar in force: one that selects the pods, else that of the namespace, else that of the root namespace."""
    if not viewer.is_sidecar:
        return None
    own = [s for s in viewer.mesh.all(Sidecar) if s.namespace == viewer.namespace]
    selecting = [s for s in own if s.selector and matches(s.selector, viewer.labels)]
    plain = [s for s in own if not s.selector]
    wide = [s for s in viewer.mesh.all(Sidecar) if s.namespace == viewer.root and not s.selector]
    for found in (selecting, plain, wide):
        if found:
            return min(found, key=lambda s: (text(s.metadata.get("creationTimestamp")), s.name))
    return None


def others_of_namespace(viewer: Viewer) -> tuple[Sidecar, ...]:
    """Sidecars of the namespace that are for other pods."""
    found: list[Sidecar] = []
    for (_, namespace, selector), sidecars in sidecars_by_place(viewer.mesh).items():
        if namespace == viewer.namespace and selector and not matches(dict(selector), viewer.labels):
            found += sidecars
    return tuple(found)


def outbound_mode(viewer: Viewer) -> tuple[Sidecar | None, str]:
    """REGISTRY_ONLY or ALLOW_ANY, and the Sidecar that says it, if one does; empty where nothing says it."""
    sidecar = scope(viewer).sidecar
    mode = text(mapping(sidecar.spec.get("outboundTrafficPolicy")).get("mode")) if sidecar else ""
    return (sidecar, mode) if mode else (None, "")


def home_of(viewer: Viewer, host: str) -> str:
    """The namespace of what provides a host; empty where nothing does."""
    known = provided(viewer.mesh).get(host)
    if known:
        return (_visible(viewer, known) or known[0]).source.namespace
    name, dot, home = host.removesuffix(f".svc.{viewer.domain}").partition(".")
    return home if dot and name and "." not in home and host.endswith(f".svc.{viewer.domain}") else ""


def _visible(viewer: Viewer, providers: tuple[Provided, ...]) -> Provided | None:
    seen = [p for p in providers if viewer.may_see(p.scopes)]
    # A Service counts before ServiceEntries, those of the same namespace before others.
    return min(
        seen,
        key=lambda p: (not isinstance(p.source, Service), p.source.namespace != viewer.namespace),
        default=None,
    )


def _admits(entry: Admission, namespace: str, host: str) -> bool:
    return (
        entry.namespace in ("*", namespace)
        and overlap(entry.host, host)
        and (entry.host == host or entry.host.startswith("*"))
    )
