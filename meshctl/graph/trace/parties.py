"""Who asks: the workload, Gateway or outside client that a user names."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from meshctl.graph.deployedgateways import GATEWAY_NAME
from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.lookup import SHORT, LookupFailed, find
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.nearest import Names
from meshctl.graph.proxied import is_gateway
from meshctl.graph.selectors import matches
from meshctl.graph.view import View
from meshctl.graph.workloads import top_owner, workloads
from meshctl.model.ids import ResourceId

OUTSIDE = frozenset({"outside", "ingress", "internet"})
_SHOWN = 6
_KINDS = (Workload, Service, Gateway, KubernetesGateway)
_WORDS = frozenset({key.kind.lower() for kind in _KINDS for key in kind.KINDS} | {"pods", "services", "gateways"})


class Party(Struct, frozen=True):
    """Who asks. A `workload`, or a `gateway` that outside clients ask; neither for an outside client itself.

    `pods` are those of a workload that the input has.
    """

    name: str
    namespace: str = ""
    workload: Workload | None = None
    gateway: Gateway | KubernetesGateway | None = None
    pods: tuple[Workload, ...] = ()


def find_party(mesh: MeshGraph, text: str, namespace: str = "") -> Party:
    """`deploy/web`, `web.shop`, `shop/web`, `web`, `svc/web`, `gateway/public` or `outside`. Raises LookupFailed.

    A name is that of a workload, else of a Service with one workload behind it.
    """
    if text in OUTSIDE:
        return Party("an outside client")
    view = _named(mesh, text, namespace)
    if isinstance(view, Service):
        view = _behind(mesh, view, text)
    if isinstance(view, Workload):
        if is_gateway(view) and (gateway := gateway_of_pods(mesh, view)):
            return Party(f"a client of {view.id}", view.namespace, view, gateway, _pods(mesh, view))
        return Party(str(view.id), view.namespace, view, None, _pods(mesh, view))
    assert isinstance(view, Gateway | KubernetesGateway)
    return Party(f"a client of {view.id}", view.namespace, None, view)


def find_service(mesh: MeshGraph, text: str, namespace: str = "") -> Service | None:
    """The Service that `svc/web` or `deploy/web` is or has; None for a host. Raises LookupFailed."""
    word, slash, _ = text.partition("/")
    if not slash or not _is_kind(word):
        return None
    view = _known(mesh, text, namespace)
    if isinstance(view, Service):
        return view
    if not isinstance(view, Workload):
        raise LookupFailed(f"{text!r} is no Service and no workload: name what is asked as a host or an URL")
    found = [s for s in mesh.all(Service) if s.selector and view in _selected(mesh, s)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise LookupFailed(f"no Service is in front of {view.id}: name what is asked as a host or an URL")
    names = ", ".join(f"svc/{service.full_name}" for service in found[:_SHOWN])
    raise LookupFailed(f"several Services are in front of {view.id}, name one of them: {names}")


def _named(mesh: MeshGraph, text: str, namespace: str) -> View:
    parts = text.strip().split("/")
    if len(parts) == 3 or (len(parts) == 2 and _is_kind(parts[0])):
        return _known(mesh, text, namespace)
    if len(parts) > 3 or not all(parts):
        raise LookupFailed(f"{text!r} is nobody who asks: write deploy/NAME, NAMESPACE/NAME or outside")
    home, name = (parts[0], parts[1]) if len(parts) == 2 else (namespace, parts[0])
    if len(parts) == 1 and (found := _by_name(mesh, name, home)) is not None:
        return found
    short, dot, place = name.partition(".")
    if len(parts) == 1 and dot:
        place = place.removesuffix(f".svc.{mesh.settings.cluster_domain}").removesuffix(".svc")
        home, name = place, short
    found = _by_name(mesh, name, home)
    if found is None:
        raise LookupFailed(_nobody(mesh, name, home))
    return found


def _is_kind(word: str) -> bool:
    kind = word.lower().partition(".")[0]
    kind = SHORT.get(kind, kind)
    return kind in _WORDS or kind.removesuffix("s") in _WORDS


def _known(mesh: MeshGraph, text: str, namespace: str) -> View:
    views = {view.id: view for kind in _KINDS for view in mesh.all(kind)}
    identity = find(views, text, namespace)
    return views[identity]


def _by_name(mesh: MeshGraph, name: str, home: str) -> View | None:
    """A workload of that name that nothing else manages, else whatever has the name, else a Service."""
    everything = [w for w in workloads(mesh).selected_by({}, home) if w.name == name]
    own = [w for w in everything if top_owner(mesh, w) is w] or everything
    if own:
        return _only(own, name)
    services = [s for s in mesh.all(Service) if s.name == name and home in ("", s.namespace)]
    return _only(services, name) if services else None


def _only(views: Sequence[View], name: str) -> View:
    if len(views) > 1:
        raise LookupFailed(f"{name!r} means several resources: {_listed(view.id for view in views)}")
    return views[0]


def _listed(identities: Iterable[ResourceId]) -> str:
    shown = [f"{i.kind.lower()}/{i.full_name}" for i in sorted(set(identities))]
    return ", ".join(shown[:_SHOWN] + ["..."] * (len(shown) > _SHOWN))


def _behind(mesh: MeshGraph, service: Service, text: str) -> Workload:
    """The workload behind a Service that is named in its place."""
    found = _selected(mesh, service)
    if not found:
        raise LookupFailed(f"there is no workload behind {service.id} in the input: name the one that asks")
    if len(found) > 1:
        raise LookupFailed(f"{text!r} means several workloads: {_listed(w.id for w in found)}")
    return found[0]


def _selected(mesh: MeshGraph, service: Service) -> list[Workload]:
    if not service.selector:
        return []
    those = workloads(mesh).selected_by(service.selector, service.namespace)
    return list(dict.fromkeys(top_owner(mesh, w) for w in those if w.cluster == service.cluster))


def _pods(mesh: MeshGraph, workload: Workload) -> tuple[Workload, ...]:
    """The pods of a workload that still run; itself if it is one."""
    if workload.is_pod:
        return (workload,)
    alike = workloads(mesh).selected_by(workload.pod_labels, workload.namespace)
    return tuple(w for w in alike if w.is_pod and not w.has_ended and top_owner(mesh, w) is workload)


def gateway_of_pods(mesh: MeshGraph, workload: Workload) -> Gateway | KubernetesGateway | None:
    """A Gateway that these pods serve."""
    if name := workload.pod_labels.get(GATEWAY_NAME):
        return mesh.get(KubernetesGateway, workload.namespace, name)
    served = (g for g in mesh.all(Gateway) if g.selector and matches(g.selector, workload.pod_labels))
    return min(served, key=lambda g: g.id, default=None)


def _nobody(mesh: MeshGraph, name: str, home: str) -> str:
    place = f" in the namespace {home}" if home else ""
    places = {w.namespace for w in mesh.all(Workload)} | {n.name for n in mesh.all(Namespace)}
    if home and home not in places:
        near = Names(places).nearest(home)
        return f"the input has no namespace {home}" + (f": did you mean {near}?" if near else "")
    names = {w.name: w for w in workloads(mesh).selected_by({}, home)}
    services = {s.name for s in mesh.all(Service) if home in ("", s.namespace)}
    near = Names([*names, *services]).nearest(name)
    known = [w for w in mesh.all(Workload) if w.name == name] if home else []
    if known:
        return f"the input holds no workload {name!r}{place}; did you mean {name}.{known[0].namespace}?"
    return f"the input holds no workload {name!r}{place}" + (f"; did you mean {near}?" if near else "")
