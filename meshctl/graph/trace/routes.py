"""The http routes of VirtualServices: which VirtualService is for a host, and which of its routes takes a request."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from meshctl.graph.fields import EMPTY, mapping, text
from meshctl.graph.hostnames import HostTable
from meshctl.graph.kinds.networking import MESH, VirtualService
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.leg import ABSENT, Leg
from meshctl.graph.trace.matching import Misfit, misfits
from meshctl.graph.trace.steps import Place
from meshctl.graph.viewpoint.boundservices import match_applies, mesh_services
from meshctl.graph.viewpoint.delegates import Match, NoDelegate, Rule, all_rules
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import dotted

_SHOWN = 4


class Bound(Struct, frozen=True):
    """A VirtualService with the Gateway that it is looked at for: `mesh` for sidecars, else `NAMESPACE/NAME`."""

    source: VirtualService
    gateway: str


class Passed(NamedTuple):
    """A match that does not take the request, the reason, and how many reasons there are."""

    rule: Rule
    match: Match
    why: Misfit
    misfits: int


class Taken(Struct, frozen=True):
    """The rule that takes a request, and the match that fits: none for a rule without matches."""

    rule: Rule
    match: Match | None

    @property
    def place(self) -> Place:
        """Where it is said that the request is taken."""
        return Place(self.match.source, self.match.path) if self.match else Place(self.rule.source, self.rule.path)


def service_of_host(leg: Leg, viewer: Viewer, host: str, port: int) -> VirtualService | None:
    """The VirtualService whose routes sidecars use for an FQDN: the most specific host, of equal ones the oldest."""
    table: HostTable[VirtualService] = HostTable()
    for source in mesh_services(viewer):
        for name in dict.fromkeys(viewer.fqdn(written, source.namespace) for _, written in source.hosts):
            table.add(name, source)
    for those in (table.exact(host), *table.covering(host)):
        usable = [source for source in those if _has_rules(viewer, source, port)]
        if usable:
            _contested(leg, usable, host)
            return usable[0]
    return None


def _has_rules(viewer: Viewer, source: VirtualService, port: int) -> bool:
    """Whether something of it is for http requests of these sidecars: if not, it leaves the host as it is."""
    for rule in all_rules(viewer.mesh, source):
        if isinstance(rule, NoDelegate) or not rule.matches:
            return True
        if any(match_applies(viewer, m.source, m.fields, MESH, port) for m in rule.matches):
            return True
    return False


def _contested(leg: Leg, usable: Sequence[VirtualService], host: str) -> None:
    first, *others = usable
    if not others:
        return
    place = ("spec", "hosts")
    if all(text(s.metadata.get("creationTimestamp")) for s in usable):
        leg.note(
            "route", f"{others[0].id} is for {host} as well and is not used: {first.id} is older.", others[0], place
        )
        return
    names = " and ".join(str(s.id) for s in usable[:3])
    said = f"{names} are for {host}, and sidecars use the oldest alone: which that is, is not known."
    leg.depends("route", said, others[0], place, fix="Make one of them.")


def rule_for(leg: Leg, viewer: Viewer, bound: Sequence[Bound], call: Call, port: int) -> Taken | None:
    """The first rule that takes the request, with the steps that say so; None where it has ended, as none does."""
    passed: list[Passed] = []
    dropped: list[NoDelegate] = []
    for each in bound:
        for rule in all_rules(leg.mesh, each.source):
            fitting = [m for m in rule.matches if match_applies(viewer, m.source, m.fields, each.gateway, port)]
            if rule.matches and not fitting:
                continue
            if isinstance(rule, NoDelegate):
                if not fitting or any(not list(misfits(m.fields, call)) for m in fitting):
                    dropped.append(rule)
                continue
            taken, missed = _taken(rule, fitting, call)
            if taken is not None:
                _tell(leg, passed, dropped, call)
                return taken
            passed += missed
    _not_found(leg, [b.source for b in bound], passed, dropped, call)
    return None


def _taken(rule: Rule, fitting: list[Match], call: Call) -> tuple[Taken | None, list[Passed]]:
    missed = []
    for match in fitting or [Match(rule.source, rule.path, EMPTY)]:
        found = list(misfits(match.fields, call))
        if not found:
            return Taken(rule, match if fitting else None), []
        missed.append(Passed(rule, match, next((f for f in found if f.certain), found[0]), len(found)))
    return None, missed


def _tell(leg: Leg, passed: Sequence[Passed], dropped: Sequence[NoDelegate], call: Call) -> None:
    _tell_passed(leg, passed, call)
    for rule in dropped:
        leg.note("delegate", _no_delegate(leg.mesh, rule), rule.root, (*rule.path, "delegate", "name"))


def _tell_passed(leg: Leg, passed: Sequence[Passed], call: Call) -> None:
    """Why rules are not for it: of each the match that is nearest."""
    by_rule: dict[tuple[object, ...], list[Passed]] = {}
    for one in passed:
        by_rule.setdefault((one.rule.source.id, one.rule.path), []).append(one)
    for those in list(by_rule.values())[:_SHOWN]:
        rule, match, found, _ = _nearest(those, call)
        others = len(those) - 1
        more = "" if found.certain else ", unless it has one"
        more += (
            f", nor does {'another match' if others == 1 else f'any of {others} other matches'} fit" if others else ""
        )
        leg.note("route", f"{label(rule)} is not for it: {found.text}{more}.", match.source, (*match.path, *found.path))
    left = len(by_rule) - _SHOWN
    if left > 0:
        leg.note("route", f"Nor {'is' if left == 1 else 'are'} {left} more of its routes.")


def _nearest(passed: Sequence[Passed], call: Call) -> Passed:
    """The match that would take the request with the least change."""
    return min(passed, key=lambda one: (one.misfits, -_alike(_uri(one.match), call.path)))


def _not_found(
    leg: Leg,
    sources: Sequence[VirtualService],
    passed: list[Passed],
    dropped: list[NoDelegate],
    call: Call,
) -> None:
    _tell_passed(leg, passed, call)
    for rule in dropped:
        said = _no_delegate(leg.mesh, rule)
        place = (*rule.path, "delegate", "name")
        fix = "Correct the name of the delegate." if rule.delegate is None else f"Change {rule.delegate.id}."
        if rule.delegate is not None:
            leg.fails(
                "delegate", f"{said} No route takes the request: 404.", rule.root, place, status=404, flag="NR", fix=fix
            )
        else:
            said = f"{said} No route takes the request: 404."
            leg.lacks("delegate", rule.missing, said, rule.root, place, status=404, flag="NR", fix=fix)
        return
    names = " and ".join(str(s.id) for s in sources[:3])
    says = f"No route of {names} takes {call.method} {call.path}: 404."
    if not passed:
        leg.fails("route", says, sources[0], ("spec",), status=404, flag="NR", fix="Add a route for it.")
        return
    _, match, found, _ = _nearest(passed, call)
    path = (*match.path, *found.path)
    fix = f"Add a route for it, or widen {dotted(path)}: {found.text}."
    leg.fails("route", says, match.source, path, status=404, flag="NR", fix=fix)


def _uri(match: Match) -> str:
    return next((v for v in mapping(match.fields.get("uri")).values() if isinstance(v, str)), "")


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with together."""
    return next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


def _no_delegate(mesh: MeshGraph, rule: NoDelegate) -> str:
    why = rule.unusable or ABSENT
    if why == ABSENT and mesh.absence_is_proven(rule.missing):
        why = "does not exist"
    elif why == ABSENT:
        why = "is not in the given files" if mesh.coverage.inferred else "is not in what was read"
    return f"{dotted(rule.path)[5:]} of {rule.root.id} is dropped, as its delegate {rule.missing.name} {why}."


def label(rule: Rule) -> str:
    """`http[1] of VirtualService shop/reviews`, with its name, and who delegates to it."""
    name = text(rule.fields.get("name"))
    delegated = f" (a delegate of {rule.root.full_name})" if rule.root is not rule.source else ""
    return f"{dotted(rule.path)[5:]}{f' ({name})' if name else ''} of {rule.source.id}{delegated}"
