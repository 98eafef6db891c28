"""What a trace consists of: its steps, and what becomes of the requests in the end."""

from typing import Literal

from msgspec import Struct, structs

from meshctl.graph.trace.call import Call
from meshctl.graph.view import View
from meshctl.model.paths import Path

Stage = Literal[
    "client",
    "scope",
    "host",
    "gateway",
    "route",
    "delegate",
    "fault",
    "mirror",
    "policy",
    "subset",
    "endpoints",
    "waypoint",
    "tls",
    "token",
    "access",
    "server",
]
Verdict = Literal["passes", "fails", "depends", "note"]
End = Literal["served", "answered", "fails", "depends"]

WHOLE = 1.0


class Place(Struct, frozen=True):
    """A field of a resource that decides something; the resource as a whole where the path is empty."""

    subject: View | None = None
    path: Path = ()


NOWHERE = Place()


class Step(Struct, frozen=True):
    """One decision. `share` is the part of the requests that gets there, `part` what tells it from other parts."""

    stage: Stage
    verdict: Verdict
    text: str
    place: Place = NOWHERE
    share: float = WHOLE
    part: str = ""


class Outcome(Struct, frozen=True):
    """What becomes of a part of the requests.

    `answered` is by a proxy on the way, as a redirect is. `status` is what the client sees, None for a connection that
    is cut or where a server decides; `flag` is Envoy's word for it (`UH`), as access logs have it. `by` are who serves.
    `culprit` is to blame, or what the outcome depends on; `fix` the next step.
    """

    end: End
    text: str
    share: float = WHOLE
    part: str = ""
    status: int | None = None
    flag: str = ""
    by: tuple[View, ...] = ()
    culprit: Place = NOWHERE
    fix: str = ""


class Trace(Struct, frozen=True):
    """A request with all its steps in order, and its outcomes: one for each part that it falls into."""

    client: str
    call: Call
    steps: tuple[Step, ...]
    outcomes: tuple[Outcome, ...]


def merged(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The outcomes with those that differ in nothing but their part of the requests as one."""
    found: dict[object, Outcome] = {}
    for one in outcomes:
        culprit = one.culprit.subject.id if one.culprit.subject else None
        key = one.end, one.status, one.text, culprit, one.culprit.path
        before = found.get(key)
        if before is None:
            found[key] = one
        else:
            by = tuple(dict.fromkeys((*before.by, *one.by)))
            found[key] = structs.replace(before, share=before.share + one.share, part="", by=by)
    return tuple(found.values())


def percent(share: float) -> str:
    """`50 %`."""
    return f"{share * 100:.3g} %"
