"""A part of the requests on its way: it writes down its steps, and ends in one outcome or in parts of its own."""

from typing import Literal

from msgspec import structs

from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.trace.steps import NOWHERE, WHOLE, Outcome, Place, Stage, Step, Verdict
from meshctl.graph.view import View
from meshctl.model.paths import Path

Answers = Literal["request", "connection", "nobody"]
"""What a proxy refuses: a request, with a status; a connection, which it cuts; nothing where there is no proxy."""

ABSENT = "{absent}"
"""Stands in a text where "does not exist" belongs, as far as that can be proven."""


class Leg:
    """Steps of one part. All parts of a trace write into the same lists.

    After the first doubt every end is one that depends on it.
    """

    def __init__(self, mesh: MeshGraph) -> None:
        self.mesh = mesh
        self.share = WHOLE
        self.part = ""
        self.steps: list[Step] = []
        self.outcomes: list[Outcome] = []
        self.doubt: Outcome | None = None
        self.gateways = 0
        self.answers: Answers = "request"

    def split(self, share: float, part: str) -> "Leg":
        """A part of this part: `share` is of all requests."""
        leg = Leg(self.mesh)
        leg.steps, leg.outcomes, leg.doubt, leg.gateways = self.steps, self.outcomes, self.doubt, self.gateways
        leg.share, leg.part, leg.answers = share, part, self.answers
        return leg

    def passes(self, stage: Stage, text: str, subject: View | None = None, path: Path = ()) -> None:
        """Something lets the request through, or decides where it goes."""
        self._write(stage, "passes", text, Place(subject, path))

    def note(self, stage: Stage, text: str, subject: View | None = None, path: Path = ()) -> None:
        """Something that is good to know and decides nothing."""
        self._write(stage, "note", text, Place(subject, path))

    def depends(self, stage: Stage, text: str, subject: View | None = None, path: Path = (), *, fix: str = "") -> None:
        """Something that is not known and decides: the request goes on as if it passed."""
        place = Place(subject, path)
        self._write(stage, "depends", text, place)
        if self.doubt is None:
            self.doubt = Outcome("depends", text, culprit=place, fix=fix)

    def fails(
        self,
        stage: Stage,
        text: str,
        subject: View | None = None,
        path: Path = (),
        *,
        status: int | None = 503,
        flag: str = "",
        fix: str = "",
    ) -> None:
        """The end: the client sees a failure. A status at the end of the text gives way to what is seen instead."""
        if status is not None and self.answers != "request":
            cut = "the connection is cut" if self.answers == "connection" else "the connection is refused"
            text = f"{text.removesuffix(f': {status}.')}: {cut}." if text.endswith(f": {status}.") else text
            status, flag = None, flag if self.answers == "connection" else ""
        place = Place(subject, path)
        self._write(stage, "fails", text, place)
        if self.doubt:
            self._end(Outcome("depends", f"{self.doubt.text} {text}", culprit=self.doubt.culprit, fix=self.doubt.fix))
        else:
            self._end(Outcome("fails", text, status=status, flag=flag, culprit=place, fix=fix))

    def lacks(
        self,
        stage: Stage,
        missing: Missing,
        text: str,
        subject: View | None = None,
        path: Path = (),
        *,
        status: int | None = 503,
        flag: str = "",
        fix: str = "",
    ) -> None:
        """The end: something is missing, `text` has ABSENT where it says so. Not proven, the outcome depends on it."""
        if self.mesh.absence_is_proven(missing) and not self.mesh.assumed_present(missing):
            text = text.replace(ABSENT, "does not exist")
            self.fails(stage, text, subject, path, status=status, flag=flag, fix=fix)
            return
        unproven = "is not in the given files" if self.mesh.coverage.inferred else "is not in what was read"
        self.depends(stage, text.replace(ABSENT, unproven), subject, path, fix=fix)
        self.unknown()

    def unknown(self) -> None:
        """The end: what the last doubt is about decides, and nothing more can be said."""
        found = self.doubt or Outcome("depends", "")
        self._end(found)

    def answered(self, text: str, status: int, subject: View | None = None, path: Path = ()) -> None:
        """The end: a proxy answers by itself, as it was told to."""
        self._end(Outcome("answered", text, status=status, culprit=Place(subject, path)))

    def served(self, text: str, by: tuple[View, ...] = ()) -> None:
        """The end: the request arrives."""
        if self.doubt:
            found = self.doubt
            self._end(Outcome("depends", found.text, by=by, culprit=found.culprit, fix=found.fix))
        else:
            self._end(Outcome("served", text, by=by))

    def _write(self, stage: Stage, verdict: Verdict, text: str, place: Place = NOWHERE) -> None:
        self.steps.append(Step(stage, verdict, text, place, self.share, self.part))

    def _end(self, outcome: Outcome) -> None:
        self.outcomes.append(structs.replace(outcome, share=self.share, part=self.part))
