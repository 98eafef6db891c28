"""In which order EnvoyFilters are applied, and which of their patches depend on it."""

from msgspec import Struct

from meshctl.graph.fields import text
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.envoyfilter import EnvoyFilter, Patch
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config

REPLACEABLE = frozenset({"NETWORK_FILTER", "HTTP_FILTER", "VIRTUAL_HOST"})
_ROUTES = frozenset({"ROUTE_CONFIGURATION", "HTTP_ROUTE"})


class RelativePatch(Struct, frozen=True):
    """A patch whose result depends on what others did before, of an EnvoyFilter without a priority.

    `pinned` is the one applied earlier for the same filter that is for some versions of the proxy alone, if any; in one
    EnvoyFilter patches that put nothing in count as being about the same.
    """

    source: EnvoyFilter
    patch: Patch
    pinned: EnvoyFilter | None


def ignored_on_routes(patch: Patch, operation: str) -> bool:
    """Whether a patch asks for this operation on routes as a whole, where it is not carried out."""
    return patch.operation == operation and patch.apply_to in _ROUTES


@index(EnvoyFilter, ConfigMap)
def relative_patches(mesh: MeshGraph) -> tuple[RelativePatch, ...]:
    """The patches that depend on others, in order of application.

    The root namespace comes first; what other namespaces do has nothing to do with each other.
    """
    root = mesh_config(mesh).root_namespace
    found = []
    pinned: dict[tuple[str, str], EnvoyFilter] = {}
    for source in sorted(mesh.all(EnvoyFilter), key=lambda f: (f.namespace != root, f.namespace, *_order(f))):
        own: set[str] = set()
        for patch in source.patches:
            if source.priority == 0 and _is_relative(patch):
                before = source if patch.written_name in own else None
                before = before or pinned.get((source.namespace, patch.target)) or pinned.get((root, patch.target))
                found.append(RelativePatch(source, patch, before))
            if patch.version:
                own.add(patch.written_name)
            if patch.version and patch.target:
                pinned.setdefault((source.namespace, patch.target), source)
    return tuple(found)


def _order(source: EnvoyFilter) -> tuple[int, str, str]:
    return source.priority, text(source.metadata.get("creationTimestamp")), source.name


def _is_relative(patch: Patch) -> bool:
    if patch.operation == "REPLACE":
        return patch.apply_to in REPLACEABLE
    if patch.operation == "REMOVE":
        return patch.apply_to not in _ROUTES
    return patch.operation in ("INSERT_BEFORE", "INSERT_AFTER")
