"""Probes that go to the application itself, and what policies decide about them."""

from collections.abc import Iterator
from typing import NamedTuple

from meshctl.graph.authorization.decision import Decision, decide
from meshctl.graph.authorization.request import Request
from meshctl.graph.fields import integer, mapping, text
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.sharedworkloads import container_ports
from meshctl.model.paths import Path

REWRITE = "sidecar.istio.io/rewriteAppHTTPProbers"

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


class DeniedProbe(NamedTuple):
    """A probe of a workload that its proxy refuses; `path` is that of the probe."""

    workload: Workload
    path: Path
    decision: Decision


def denied_probes(mesh: MeshGraph) -> Iterator[DeniedProbe]:
    """HTTP probes that are not led past the proxy, because the pod says so, and that policies surely deny."""
    if not mesh.all(AuthorizationPolicy):
        return
    for workload in mesh.all(Workload):
        if workload.pod_annotations.get(REWRITE, "").lower() == "false" and not workload.has_ended:
            for path, request in _requests(workload):
                decision = decide(mesh, workload, request)
                if decision.verdict == "denied" and decision.enforcer == "sidecar":
                    yield DeniedProbe(workload, path, decision)
                    break


def _requests(workload: Workload) -> Iterator[tuple[Path, Request]]:
    """The kubelet calls in plaintext, with GET and without token."""
    names = container_ports(workload)
    for container in workload.containers:
        for probe in _PROBES:
            call = mapping(mapping(container.fields.get(probe)).get("httpGet"))
            named = call.get("port")
            number = names.get(named) if isinstance(named, str) else integer(named)
            if call and number is not None:
                path = text(call.get("path")) or "/"
                request = Request(principal="", port=number, method="GET", path=path, request_principal="")
                yield (*container.path, probe), request
