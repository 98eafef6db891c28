"""An annotation of Linkerd about retries, timeouts or circuit breaking has a value that Linkerd cannot read.

Why: on routes Linkerd's webhook refuses it. On a Service it is only noted in the log of the control plane: the retries,
the timeout or the whole circuit breaker are not there.

Example:
    kind: Service
    metadata:
      annotations:
        retry.linkerd.io/http: 5xx,429-
        timeout.linkerd.io/request: 1.5s   # 1500ms: no fractions

Fix: write a value of the kind that the message names.

An error on HTTPRoutes and GRPCRoutes, a warning on Services.

Silent when: Linkerd can read it. How the annotations of a circuit breaker go together is LKD604's question.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Service, Severity, analyzer
from meshctl.analysis.api.linkerd import GatewayRoute, route_annotation_problem


@analyzer("LKD602", "linkerd-route-annotation-invalid", Severity.ERROR, reads=(Service, GatewayRoute))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for view in (*mesh.all(Service), *mesh.all(GatewayRoute)):
        on_service = isinstance(view, Service)
        for name, value in view.annotations.items():
            problem = route_annotation_problem(name, value, on_service=on_service)
            if problem:
                then = "Linkerd goes on without it" if on_service else "Linkerd does not accept the route"
                yield Claim(
                    view,
                    ("metadata", "annotations", name),
                    f"{value!r} of the annotation {name} {problem}: {then}.",
                    fix=f"Correct the value of {name}.",
                    severity=Severity.WARNING if on_service else None,
                )
