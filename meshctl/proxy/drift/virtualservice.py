"""VirtualServices: which virtual hosts have their routes, and what each of those routes is to be."""

from collections.abc import Iterator

from msgspec import Struct, structs

from meshctl.graph.fields import EMPTY, Fields, text
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.viewpoint.boundservices import match_applies
from meshctl.graph.viewpoint.delegates import Match, Rule, rules
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path
from meshctl.proxy.drift.routeaction import wants_of_action
from meshctl.proxy.drift.routematch import is_catch_all, text_match, wants_of_match
from meshctl.proxy.drift.routetarget import PortOf, wants_of_targets
from meshctl.proxy.drift.wants import Aspect, Want, want

_NAME = Aspect("name", lambda route: route.get("name") or None, (("name",),))


class PlannedRoute(Struct, frozen=True):
    """One route as a VirtualService wants it: `path` is that of the match, or of the rule where it has none.

    It stands in `source`, which is a delegate of the VirtualService for some. `key` tells it from its neighbours: its
    name, or what it matches.
    """

    source: ResourceId
    path: Path
    key: str
    wants: tuple[Want, ...]


def plan(viewer: Viewer, source: VirtualService, gateway: str, port: int, port_of: PortOf) -> tuple[PlannedRoute, ...]:
    """The routes of one virtual host at one port. `gateway` is `mesh` for sidecars, else `NAMESPACE/NAME`."""
    return tuple(_planned(viewer, source, gateway, port, port_of))


def _planned(
    viewer: Viewer, source: VirtualService, gateway: str, port: int, port_of: PortOf
) -> Iterator[PlannedRoute]:
    for rule in rules(viewer.mesh, source) or ():
        for match in rule.matches or (Match(rule.source, rule.path, EMPTY),):
            if rule.matches and not match_applies(viewer, match.source, match.fields, gateway, port):
                continue
            name = _name(rule, match.fields)
            named = (*match.path, "name") if match.fields.get("name") else (*rule.path, "name")
            of_rule = (
                *wants_of_targets(viewer, rule.source, rule.path, rule.fields, port_of),
                *wants_of_action(rule.source, rule.path, rule.fields, mesh_config(viewer.mesh)),
            )
            wants = (
                want(match.source if match.fields.get("name") else rule.source, named, _NAME, name),
                *wants_of_match(match.source, match.path, match.fields),
                *(_placed(rule, each) for each in of_rule),
            )
            key = name or " ".join(text_match(match.fields.get("uri")) or ("prefix", "/"))
            yield PlannedRoute(match.source.id, match.path, key, wants)
            if is_catch_all(match.fields):
                return


def _placed(rule: Rule, wanted: Want) -> Want:
    """A want with the field that says it: some of a delegate are said by the VirtualService that names it."""
    source, path = rule.place(wanted.path)
    return wanted if source is rule.source else structs.replace(wanted, resource=source.id, path=path)


def _name(rule: Rule, match: Fields) -> str | None:
    own, added = rule.name, text(match.get("name"))
    return f"{own}.{added}" if added else own or None
