"""Differences that EnvoyFilters explain: what somebody changed on purpose behind the other resources is no drift."""

from msgspec import structs

from meshctl.graph.fields import Fields, integer, labels, mapping, numbered, text
from meshctl.graph.kinds.envoyfilter import EnvoyFilter
from meshctl.graph.selectors import matches
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.difference import Difference, Hop, Sort

_APPLY = {
    "CLUSTER": "cluster",
    "LISTENER": "listener",
    "FILTER_CHAIN": "listener",
    "NETWORK_FILTER": "listener",
    "HTTP_FILTER": "listener",
    "LISTENER_FILTER": "listener",
    "ROUTE_CONFIGURATION": "route",
    "VIRTUAL_HOST": "route",
    "HTTP_ROUTE": "route",
}


def filters_of(viewer: Viewer) -> tuple[EnvoyFilter, ...]:
    """The EnvoyFilters that are for these proxies."""
    key = ("filters", frozenset(viewer.labels.items()))
    if key not in viewer.cache:
        viewer.cache[key] = tuple(f for f in viewer.mesh.all(EnvoyFilter) if _selects(f, viewer))
    found: tuple[EnvoyFilter, ...] = viewer.cache[key]
    return found


def _selects(source: EnvoyFilter, viewer: Viewer) -> bool:
    selector = labels(mapping(source.spec.get("workloadSelector")).get("labels"))
    return source.namespace in (viewer.root, viewer.namespace) and matches(selector, viewer.labels)


def explained(found: Difference, viewer: Viewer) -> Difference:
    """The difference, with the EnvoyFilter that explains it; what a proxy does not take is explained by none."""
    if found.sort is not Sort.FIELD or found.hop not in (Hop.CONTROL_PLANE, Hop.UNKNOWN):
        return found
    kind, _, name = found.objects[0].partition(" ")
    for source in filters_of(viewer):
        for _, patch in numbered(source.spec.get("configPatches")):
            if _APPLY.get(text(patch.get("applyTo"))) == kind and _touches(mapping(patch.get("match")), kind, name):
                return structs.replace(found, explained=source.id)
    return found


def _touches(match: Fields, kind: str, name: str) -> bool:
    if kind == "cluster":
        wanted = mapping(match.get("cluster"))
        parts = name.split("|") if name.count("|") == 3 else ["", "", "", ""]
        return (
            wanted.get("name") in (None, "", name)
            and wanted.get("service") in (None, "", parts[3])
            and wanted.get("subset") in (None, "", parts[2])
            and str(integer(wanted.get("portNumber")) or parts[1]) == parts[1]
        )
    if kind == "listener":
        wanted = mapping(match.get("listener"))
        port = integer(wanted.get("portNumber"))
        # Inbound ports share one listener.
        return wanted.get("name") in (None, "", name) and (
            not port or name.endswith(f"_{port}") or name.startswith("virtual")
        )
    wanted = mapping(match.get("routeConfiguration"))
    config, _, host = name.partition("/")
    return wanted.get("name") in (None, "", config) and mapping(wanted.get("vhost")).get("name") in (None, "", host)
