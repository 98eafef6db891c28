"""Small meshes and questions for tests of traces."""

from io import BytesIO

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.graph.trace.steps import Outcome, Step, Trace
from meshctl.graph.trace.traced import answer
from meshctl.model.paths import dotted
from meshctl.model.question import Question
from meshctl.sources.files import read_files
from tests.graph.mtlsdocuments import PLACES, deployment, service

ISTIO = "networking.istio.io/v1"


def document(kind: str, name: str, spec: str, namespace: str = "shop", group: str = ISTIO, more: str = "") -> str:
    """One object; `more` is for its metadata."""
    metadata = f"{{name: {name}, namespace: {namespace}{more}}}"
    return f"---\napiVersion: {group}\nkind: {kind}\nmetadata: {metadata}\nspec: {spec}\n"


def virtual_service(spec: str, name: str = "api", namespace: str = "shop", more: str = "") -> str:
    return document("VirtualService", name, spec, namespace, more=more)


def workload(name: str, namespace: str = "shop", more: str = "", annotations: str = "{}") -> str:
    return "---" + deployment(name, namespace, annotations, more)


# A client and a server with sidecars, in a mesh of which everything is known.
MESH = PLACES + workload("web") + workload("api") + "---" + service("api", "shop")


def mesh_of(text: str, *, whole: bool = True) -> MeshGraph:
    return MeshGraph(read_files(["-"], stdin=BytesIO(text.encode()), whole=whole), Settings())


def trace(text: str, client: str = "web.shop", target: str = "api:80", *, whole: bool = True, **more: object) -> Trace:
    """The trace of a request in MESH with more documents."""
    return answer(mesh_of(MESH + text, whole=whole), Question(client, target, **more))  # type: ignore[arg-type]


def only(found: Trace) -> Outcome:
    """The single outcome."""
    (outcome,) = found.outcomes
    return outcome


def culprit(outcome: Outcome) -> str:
    """`VirtualService shop/api spec.http[0]`."""
    view = outcome.culprit.subject
    return f"{view.id if view else 'nobody'} {dotted(outcome.culprit.path)}".strip()


def names(outcome: Outcome) -> list[str]:
    """Who serves."""
    return [str(view.id) for view in outcome.by]


def step(found: Trace, stage: str, text: str = "") -> Step:
    """The first step of a stage that says this."""
    return next(one for one in found.steps if one.stage == stage and text in one.text)


def said(found: Trace) -> str:
    """All that is said on the way."""
    return "\n".join(f"{one.verdict} {one.stage}: {one.text}" for one in found.steps)
