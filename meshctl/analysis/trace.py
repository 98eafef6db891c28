"""The tables of `meshctl trace`: the steps of one request, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from meshctl.analysis.analyze import Analysis, analyze
from meshctl.analysis.analyzer import Analyzer
from meshctl.graph.clusters import meshes
from meshctl.graph.lookup import LookupFailed
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.trace.call import shown_header
from meshctl.graph.trace.parties import find_party
from meshctl.graph.trace.steps import Outcome, Place, Step, Trace
from meshctl.graph.trace.traced import READS as READ_VIEWS
from meshctl.graph.trace.traced import traces
from meshctl.graph.view import kinds_in
from meshctl.model.facts import Facts
from meshctl.model.location import Location
from meshctl.model.paths import dotted
from meshctl.model.question import Question

Row = dict[str, Any]

SUBJECT = "trace"
READS = kinds_in(*READ_VIEWS)


def trace(mesh: MeshGraph, analyzers: Sequence[Analyzer], question: Question) -> Analysis:
    """The trace with what it finds. Raises LookupFailed or BadCall where the question is not understood."""
    question = structs.replace(question, cluster=_cluster(mesh, question))
    asked = MeshGraph(mesh.snapshot, mesh.settings, Facts(questions=(question,)))
    found = next(one for part in meshes(asked) for one in traces(part))
    analysis = analyze(asked, [a for a in analyzers if a.subject == SUBJECT])
    tables: Mapping[str, Sequence[Row]] = {
        "traceRequest": [_request(found)],
        "trace": [_step(number, step) for number, step in enumerate(found.steps, 1)],
        "traceOutcomes": [_outcome(outcome) for outcome in found.outcomes],
    }
    return Analysis(replace(analysis.result, tables=tables), analysis.crashes)


def _cluster(mesh: MeshGraph, question: Question) -> str:
    """The first cluster that has the client."""
    failed: LookupFailed | None = None
    for part in meshes(mesh):
        try:
            party = find_party(part, question.client, question.namespace)
        except LookupFailed as error:
            failed = failed or error
            continue
        own = party.workload or party.gateway
        if own is None or own.cluster in part.clusters:
            return part.clusters[0]
    raise failed or LookupFailed(f"the input holds nobody called {question.client!r}")


def _request(found: Trace) -> Row:
    call = found.call
    return {
        "from": found.client,
        "url": call.url,
        "host": call.host,
        "port": call.port,
        "scheme": call.scheme,
        "method": call.method if call.is_request else "",
        "path": call.path if call.is_request else "",
        "headers": {name: shown_header(name, value) for name, value in sorted(call.headers.items())},
    }


def _step(number: int, step: Step) -> Row:
    return {
        "step": number,
        "stage": step.stage,
        "verdict": step.verdict,
        "text": step.text,
        "share": round(step.share, 6),
        "part": step.part,
        **_place(step.place),
    }


def _outcome(outcome: Outcome) -> Row:
    return {
        "end": outcome.end,
        "share": round(outcome.share, 6),
        "part": outcome.part,
        "status": outcome.status,
        "flag": outcome.flag,
        "text": outcome.text,
        "by": [view.id.as_data(view.resource.version) for view in outcome.by],
        **_place(outcome.culprit),
        "fix": outcome.fix,
    }


def _place(place: Place) -> Row:
    subject = place.subject
    if subject is None:
        return {"resource": None, "path": "", "location": None}
    return {
        "resource": subject.id.as_data(subject.resource.version),
        "path": dotted(place.path),
        "location": _location(subject.resource.locate(place.path)),
    }


def _location(found: Location | None) -> Row | None:
    if found is None:
        return None
    return {
        "file": found.file,
        "startLine": found.start_line,
        "startColumn": found.start_column,
        "endLine": found.end_line,
        "endColumn": found.end_column,
    }
