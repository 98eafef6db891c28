"""The requests that a user asks about, traced."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from meshctl.graph.authorization.decision import DECISION_READS
from meshctl.graph.kinds.consulentry import ConsulEntry
from meshctl.graph.kinds.core import Node
from meshctl.graph.kinds.discovery import EndpointSlice
from meshctl.graph.kinds.envoyfilter import EnvoyFilter
from meshctl.graph.kinds.gateway_api import BackendTlsPolicy, ListenerOwner, ReferenceGrant
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.networking import Gateway, Sidecar, VirtualService
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.connection import READS as CONNECTION_READS
from meshctl.model.question import Question

if TYPE_CHECKING:
    # The engine is imported where there is a question: every analysis imports this module.
    from meshctl.graph.trace.steps import End, Outcome, Trace

READS = tuple(
    dict.fromkeys(
        (
            *CONNECTION_READS,
            *DECISION_READS,
            *(VirtualService, Gateway, Sidecar, GatewayRoute, ListenerOwner, ReferenceGrant, EndpointSlice, Node),
            *(BackendTlsPolicy, EnvoyFilter, ConsulEntry),
        )
    )
)
"""The kinds that decide about a request. Secrets are none of them: they are looked at where they are there anyway."""


@index(*READS)
def traces(mesh: MeshGraph) -> "tuple[Trace, ...]":
    """The answers in the order of the questions. Raises LookupFailed or BadCall for one that cannot be understood."""
    return tuple(answer(mesh, question) for question in mesh.facts.questions)


def ended(mesh: MeshGraph, end: "End") -> "Iterator[tuple[Trace, Outcome]]":
    """The outcomes of that sort, those that differ in nothing but their part of the requests as one."""
    for trace in traces(mesh):
        from meshctl.graph.trace.steps import merged

        for outcome in merged(trace.outcomes):
            if outcome.end == end:
                yield trace, outcome


def answer(mesh: MeshGraph, question: Question) -> "Trace":
    """The trace that a question asks for. Raises LookupFailed or BadCall."""
    from meshctl.graph.trace.call import parse_call
    from meshctl.graph.trace.parties import find_party, find_service
    from meshctl.graph.trace.walk import trace

    party = find_party(mesh, question.client, question.namespace)
    service = find_service(mesh, question.target, party.namespace or question.namespace)
    if service is not None:
        written = f"{service.name}.{service.namespace}.svc.{mesh.settings.cluster_domain}"
    else:
        written = question.target
    call = parse_call(written, method=question.method, path=question.path, headers=question.headers, port=question.port)
    return trace(mesh, party, call)
