"""A proxy of Consul does not listen where its pod was told to find an upstream.

Why: the application connects to that port and nobody answers: connection refused.

Example:
    consul.hashicorp.com/connect-service-upstreams: "db:5432"   # and no listener on 127.0.0.1:5432 in /config_dump

Fix: look whether the pod is registered with this upstream in Consul (it keeps what it was registered with, until the
controller can read the annotation), whether the service is known there, and what the proxy refuses (CSL502).

Silent when: the annotation has a mistake (CSL107), the pod is not in the input, or its proxy did not show its
configuration. A listener that the proxy has and does not use yet counts as missing too.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, ProxyState, Severity, analyzer, pod_of
from meshctl.analysis.api.consul import SEEN, UPSTREAMS, Upstream, consul_namespaces, upstreams


@analyzer("CSL503", "consul-upstream-listener-missing", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for state in mesh.facts.states:
        for upstream in _unserved(mesh, state):
            waits = state.consul and (upstream.address, upstream.port) in state.consul.waiting
            yield Claim(
                pod_of(mesh, state),
                ("metadata", "annotations", UPSTREAMS),
                f"The proxy {'has a listener' if waits else 'does not listen'} for {upstream.text!r} on "
                f"{upstream.address}:{upstream.port}{' and does not use it yet' if waits else ''}: connections to the "
                "upstream are refused.",
                fix="Look whether the pod is registered with this upstream in Consul, and what its proxy refuses.",
                key=(upstream.text,),
            )


def _unserved(mesh: MeshGraph, state: ProxyState) -> Iterator[Upstream]:
    if state.consul is None or state.consul.listening is None:
        return
    pod = pod_of(mesh, state)
    value = pod.pod_annotations.get(UPSTREAMS, "")
    for upstream in upstreams(value, pod, consul_namespaces(mesh).known is True):
        if not upstream.problem and (upstream.address, upstream.port) not in state.consul.listening:
            yield upstream
