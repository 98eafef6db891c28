"""What a rule of a VirtualService does with a request: answer it, change it, fail some, send it on in shares."""

from collections.abc import Callable

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.httpcoverage import condition
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.destination import To
from meshctl.graph.trace.leg import Leg
from meshctl.graph.trace.routes import Taken, label
from meshctl.graph.trace.steps import percent
from meshctl.graph.view import View
from meshctl.graph.viewpoint.delegates import Rule
from meshctl.model.paths import Path

Onward = Callable[[Leg, Caller, Call, To, int], None]
"""Goes on with a request to a destination; the number is the port that the caller was asked at."""


def act(leg: Leg, caller: Caller, call: Call, taken: Taken, port: int, onward: Onward) -> None:
    """Everything that the rule says, in the order in which it happens."""
    rule, place = taken.rule, taken.place
    fields = rule.fields
    if isinstance(fields.get("redirect"), dict):
        _redirect(leg, call, rule)
        return
    if isinstance(fields.get("directResponse"), dict):
        status = integer(fields["directResponse"].get("status")) or 200
        answer(leg, f"{label(rule)} answers itself: {status}.", status, *rule.place((*rule.path, "directResponse")))
        return
    targets = targets_of(caller, rule.source, rule.path, fields)
    if not targets:
        said = f"{label(rule)} takes it and says not where to send it: 503."
        leg.fails("route", said, rule.source, (*rule.path, "route"), flag="NC", fix="Add a destination.")
        return
    leg.passes("route", f"{label(rule)} takes it{_where(targets)}.", place.subject, place.path)
    _tell(leg, rule)
    rest = _fault(leg, rule)
    if rest is not None:
        spread(rest, targets, lambda part, target: onward(part, caller, _changed(call, taken, target), target[0], port))


Target = tuple[To, float, Fields]
"""A destination with its share of the requests, and the fields of the route's entry."""


def spread(leg: Leg, targets: list[Target], go: Callable[[Leg, Target], None]) -> None:
    """Goes on with each destination; of several with a part of the requests each."""
    if len(targets) == 1:
        go(leg, targets[0])
        return
    for target in targets:
        part = leg.split(leg.share * target[1], f"{leg.part}, {target[0].name}" if leg.part else target[0].name)
        go(part, target)


def answer(leg: Leg, said: str, status: int, subject: View, path: Path) -> None:
    """The proxy answers by itself; from 400 on that is a failure, though a wanted one."""
    if status >= 400:
        leg.fails("route", said, subject, path, status=status, fix="This answer is configured: change it there.")
    else:
        leg.passes("route", said, subject, path)
        leg.answered(said, status, subject, path)


def targets_of(caller: Caller, source: VirtualService, path: Path, route: Fields) -> list[Target]:
    """The destinations of a route that get requests, each with its share; `path` is that of the route."""
    entries = [(i, entry, max(integer(entry.get("weight")) or 0, 0)) for i, entry in numbered(route.get("route"))]
    if not any(weight for _, _, weight in entries):
        entries = [(i, entry, 1) for i, entry, _ in entries]
    total = sum(weight for _, _, weight in entries)
    found: list[Target] = []
    for i, entry, weight in entries:
        to = mapping(entry.get("destination"))
        host = caller.viewer.fqdn(text(to.get("host")), source.namespace)
        port = integer(mapping(to.get("port")).get("number"))
        if weight:
            place = (*path, "route", i, "destination")
            found.append((To(host, text(to.get("subset")), port, source, place), weight / total, entry))
    return found


def _where(targets: list[Target]) -> str:
    if len(targets) == 1:
        return f", to {targets[0][0].name}"
    return ": " + ", ".join(f"{percent(share)} to {to.name}" for to, share, _ in targets)


def _redirect(leg: Leg, call: Call, rule: Rule) -> None:
    to = rule.fields["redirect"]
    status = integer(to.get("redirectCode")) or 301
    authority = text(to.get("authority")) or call.authority or call.host
    path = text(to.get("uri")) or call.path
    url = f"{text(to.get('scheme')) or call.scheme}://{authority}{path}"
    answer(leg, f"{label(rule)} redirects it to {url}: {status}.", status, *rule.place((*rule.path, "redirect")))


def _tell(leg: Leg, rule: Rule) -> None:
    """What is good to know and decides nothing by itself."""
    fields = rule.fields
    if timeout := text(fields.get("timeout")):
        said = f"After {timeout} without an answer it is a 504 (UT)."
        leg.note("route", said, *rule.place((*rule.path, "timeout")))
    attempts = mapping(fields.get("retries")).get("attempts")
    if isinstance(attempts, int):
        said = "It is never tried again." if attempts <= 0 else f"It is tried again up to {attempts} times."
        leg.note("route", said, *rule.place((*rule.path, "retries", "attempts")))
    copies = [("mirror", mapping(fields.get("mirror")))] if fields.get("mirror") else []
    copies += [("mirrors", mapping(one.get("destination"))) for _, one in numbered(fields.get("mirrors"))]
    for field, to in copies:
        said = f"A copy goes to {text(to.get('host'))}, whose answer nobody waits for."
        leg.note("mirror", said, *rule.place((*rule.path, field)))
    delay = mapping(mapping(fields.get("fault")).get("delay"))
    if share := _share(delay):
        wait = text(delay.get("fixedDelay"))
        said = f"{percent(share)} of the requests are delayed by {wait} on purpose."
        leg.note("fault", said, *rule.place((*rule.path, "fault", "delay")))


def _share(fault: Fields) -> float:
    value = mapping(fault.get("percentage")).get("value")
    if value is None and isinstance(fault.get("percent"), int):
        value = fault["percent"]
    return min(value, 100) / 100 if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _fault(leg: Leg, rule: Rule) -> Leg | None:
    """The requests that are left by `fault.abort`; None if that is none."""
    abort = mapping(mapping(rule.fields.get("fault")).get("abort"))
    share = _share(abort)
    if not share:
        return leg
    subject, path = rule.place((*rule.path, "fault", "abort"))
    status = integer(abort.get("httpStatus")) or 503
    how_many = "every request" if share == 1 else f"{percent(share)} of the requests"
    said = f"{label(rule)} fails {how_many} on purpose: {status}."
    fix = "Remove the fault if it is of no use any more."
    failed = leg if share == 1 else leg.split(leg.share * share, f"{leg.part}, failed on purpose".removeprefix(", "))
    failed.fails("fault", said, subject, path, status=status, flag="FI", fix=fix)
    return None if share == 1 else leg.split(leg.share * (1 - share), leg.part)


def _changed(call: Call, taken: Taken, target: Target) -> Call:
    """The request as it is sent on: with its path, host and headers rewritten."""
    fields = taken.rule.fields
    rewrite = mapping(fields.get("rewrite"))
    path = rewritten(call.path, taken, rewrite)
    headers, authority = dict(call.headers), text(rewrite.get("authority")) or call.authority
    for holder in (fields, target[2]):
        changes = mapping(mapping(holder.get("headers")).get("request"))
        for field in ("set", "add"):
            for name, value in mapping(changes.get(field)).items():
                if name.lower() in ("host", ":authority"):
                    authority = text(value)
                else:
                    headers[name.lower()] = text(value)
        for name in changes.get("remove") or ():
            headers.pop(str(name).lower(), None)
    return call.changed(path=path, headers=headers, authority=authority)


def rewritten(path: str, taken: Taken, rewrite: Fields) -> str:
    """The path after a rewrite: the prefix that is asked for is replaced, else all of it."""
    to = text(rewrite.get("uri"))
    if not to:
        return path
    uri = condition(taken.match.fields.get("uri")) if taken.match else None
    how, value = uri or ("prefix", "/")
    return to + path[len(value) :] if how == "prefix" else to
