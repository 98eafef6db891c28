"""Where a route, or the name itself, sends the request: a host, its port, a subset, and the rules for these."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from meshctl.graph.destinationrules import destination_rules
from meshctl.graph.fields import mapping, numbered
from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry
from meshctl.graph.mesh import Missing
from meshctl.graph.nearest import Names
from meshctl.graph.selectors import selector_text
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.leg import ABSENT, Leg
from meshctl.graph.trace.resolution import Meaning, meaning, unseen
from meshctl.graph.trace.servers import Subset
from meshctl.graph.view import View
from meshctl.graph.viewpoint.policies import Policy, policy
from meshctl.graph.viewpoint.provided import Provided, ProvidedPort
from meshctl.model.paths import Path


class To(Struct, frozen=True):
    """A destination: `port` is None where none is said. `source` and `path` are the route's field that names it."""

    host: str
    subset: str = ""
    port: int | None = None
    source: View | None = None
    path: Path = ()

    @property
    def name(self) -> str:
        """`reviews.shop, subset v1`."""
        short = ".".join(self.host.split(".")[:2]) if ".svc." in self.host else self.host
        return f"{short}, subset {self.subset}" if self.subset else short


class Chosen(Struct, frozen=True):
    """A destination that exists: what answers, at which port, with which subset and rules of a DestinationRule."""

    to: To
    found: Meaning
    provider: Provided
    port: ProvidedPort
    subset: Subset | None
    policy: Policy | None


Arrive = Callable[[Leg, Caller, Call, Chosen], None]


def choose(leg: Leg, caller: Caller, to: To, asked: int) -> Chosen | None:
    """The destination with its rules, and the steps that say so; None where the request has ended.

    `asked` is the port that the caller was asked at.
    """
    found = meaning(caller.viewer, to.host)
    if found.why != "seen" or found.provider is None:
        _unseen(leg, caller, to, found)
        return None
    port = _port(leg, to, found, found.provider, asked)
    if port is None:
        return None
    home = found.provider.source.namespace
    rules = caller.viewer.rules(to.host, home)
    chosen = policy(caller.viewer, to.host, home, to.subset, port.number)
    if not to.subset:
        if rules and chosen:
            leg.passes("policy", f"{_called(rules[0])} is for it{_limits(chosen)}.", rules[0], ("spec", "host"))
        return Chosen(to, found, found.provider, port, None, chosen)
    if chosen is None:
        _no_subset(leg, caller, to, rules, home)
        return None
    labels = dict(mapping(dict(numbered(chosen.source.spec.get("subsets")))[int(chosen.subset[2])].get("labels")))
    subset = Subset(to.subset, {k: str(v) for k, v in labels.items()}, chosen.source, chosen.subset)
    said = f"{_called(chosen.source)} has the subset {to.subset}: {selector_text(subset.labels) or 'all pods'}"
    leg.passes("subset", f"{said}{_limits(chosen)}.", chosen.source, (*chosen.subset, "name"))
    return Chosen(to, found, found.provider, port, subset, chosen)


def _called(rule: DestinationRule) -> str:
    return str(rule.id)


def _unseen(leg: Leg, caller: Caller, to: To, found: Meaning) -> None:
    path = (*to.path, "host") if to.path else ()
    if found.why == "nowhere":
        missing = hosts(leg.mesh).missing(to.host, "")
        near = hosts(leg.mesh).nearest(to.host, "")
        text = f"The host {to.host} {ABSENT}, so that the route leads nowhere: 503."
        fix = f"Did you mean {near}?" if near else "Correct the host, or add the Service or ServiceEntry."
        leg.lacks("host", missing, text, to.source, path, flag="NC", fix=fix)
        return
    source = found.source
    who = source.id if source else to.host
    why, fix = unseen(found, caller.namespace)
    text = f"{who} {why}, so that the route leads nowhere: 503."
    leg.fails("scope", text, found.subject, found.path, flag="NC", fix=fix)


def _port(leg: Leg, to: To, found: Meaning, provider: Provided, asked: int) -> ProvidedPort | None:
    """The port that is said, else the only one, else the one that the caller was asked at."""
    only = provider.ports[0].number if len(provider.ports) == 1 else None
    number = to.port or only or asked
    port = found.port(number)
    if port is None:
        known = ", ".join(str(p.number) for p in provider.ports) or "none"
        path = (*to.path, "port", "number") if to.port else to.path
        text = f"{provider.source.id} has no port {number}, so that the route leads nowhere: 503."
        leg.fails("host", text, to.source, path, flag="NC", fix=f"Its ports are {known}.")
    return port


def _no_subset(leg: Leg, caller: Caller, to: To, rules: tuple[DestinationRule, ...], home: str) -> None:
    path = (*to.path, "subset")
    elsewhere = [
        rule
        for rule in destination_rules(leg.mesh).anywhere(to.host)
        if rule not in rules and any(s.name == to.subset for s in rule.subsets)
    ]
    if elsewhere and rules:
        text = (
            f"{rules[0].id} goes before {elsewhere[0].id} for clients in {caller.namespace} and has no subset "
            f"{to.subset}: 503."
        )
        fix = f"Add the subset to {rules[0].id}, or remove that rule."
        leg.fails("subset", text, rules[0], ("spec", "subsets"), flag="NC", fix=fix)
        return
    if elsewhere:
        rule = elsewhere[0]
        exported = "exportTo" in rule.spec
        text = f"{rule.id} has the subset {to.subset}, but is not for clients in {caller.namespace}: 503."
        fix = f"Move it to the namespace {home or caller.namespace}" + (", or export it." if exported else ".")
        place: Path = ("spec", "exportTo") if exported else ("metadata", "namespace")
        leg.fails("subset", text, rule, place, flag="NC", fix=fix)
        return
    names = sorted({s.name for rule in rules for s in rule.subsets if s.name})
    near = Names(names).nearest(to.subset)
    has = f"{rules[0].id} has {', '.join(names) or 'no subsets'}." if rules else f"No DestinationRule is for {to.host}."
    fix = f"Did you mean {near}? {has}" if near else has
    places = [rules[0].namespace] if rules else [home or caller.namespace]
    if not rules and not leg.mesh.coverage.inferred:
        places += [caller.namespace, caller.viewer.root]
    lacking = [Missing("subset", f"{to.host}/{to.subset}", DestinationRule.KINDS, place) for place in places]
    missing = next((m for m in lacking if not leg.mesh.absence_is_proven(m)), lacking[0])
    text = f"The subset {to.subset} of {to.name.partition(',')[0]} {ABSENT}, so that the route leads nowhere: 503."
    leg.lacks("subset", missing, text, to.source, path, flag="NC", fix=fix)


def _limits(chosen: Policy) -> str:
    """What may refuse requests at times."""
    found = list(_limiting(chosen))
    limits = [f"503 UO beyond {' or '.join(found)}"] if found else []
    if chosen.block("outlierDetection").fields:
        limits.append("pods that fail are left out for a while")
    return f" ({', '.join(limits)})" if limits else ""


def _limiting(chosen: Policy) -> Iterator[str]:
    pool = chosen.block("connectionPool").fields
    for kind, field, words in (
        ("tcp", "maxConnections", "connection{}"),
        ("http", "http1MaxPendingRequests", "waiting request{}"),
        ("http", "http2MaxRequests", "request{} at once"),
    ):
        number = mapping(pool.get(kind)).get(field)
        if isinstance(number, int) and number:
            yield f"{number} {words.format('s' * (number > 1))}"


def is_outside(source: Service | ServiceEntry) -> bool:
    """Whether a host is outside the mesh."""
    return isinstance(source, ServiceEntry) and source.spec.get("location") != "MESH_INTERNAL"
