"""An upstream wants a port of the pod that is taken.

Why: only one process can listen on a port. The listener of the upstream is refused, or the container of the pod cannot
start, whoever comes second.

Example:
    consul.hashicorp.com/connect-service-upstreams: "db:5432,reports-db:5432"

Fix: give each upstream a port that neither another one, nor a container, nor the sidecar uses (19000 and 20000, and
15001 with transparent proxy).

Silent when: the addresses that `local_bind_address` gives differ; or the pod runs, though it has no template.
"""

from collections.abc import Iterator, Mapping

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer, integer, numbered
from meshctl.analysis.api.consul import SEEN, UPSTREAMS, ConsulPod, dataplanes, starting_pods, transparent

_HERE = ("127.0.0.1", "0.0.0.0")


@analyzer("CSL109", "consul-upstream-port-clash", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for pod in starting_pods(mesh):
        used: dict[tuple[str, int], str] = {}
        taken = _taken(mesh, pod) if pod.upstreams else {}
        for upstream in pod.upstreams:
            if upstream.problem:
                continue
            place = (upstream.address, upstream.port)
            by = used.get(place) or (taken.get(upstream.port) if upstream.address in _HERE else None)
            if by:
                yield Claim(
                    pod.workload,
                    pod.annotation(UPSTREAMS),
                    f"The upstream {upstream.text!r} wants port {upstream.port}, which {by} uses.",
                    fix="Give it another port.",
                    key=(upstream.text,),
                )
            used.setdefault(place, f"the upstream {upstream.text!r}")


def _taken(mesh: MeshGraph, pod: ConsulPod) -> Mapping[int, str]:
    """The ports of the pod, with who uses them."""
    found: dict[int, str] = {}
    own = {container.name for container in dataplanes(pod.workload)}
    for number in range(max(1, len(pod.names))):
        found |= {19000 + number: "the admin interface of Envoy", 20000 + number: "the public listener of Envoy"}
    redirected = transparent(mesh, pod)
    if redirected and redirected[0]:
        found[15001] = "the outbound listener of Envoy"
    for container in pod.workload.containers:
        if not container.init and container.name not in own:
            for _, port in numbered(container.fields.get("ports")):
                if (number := integer(port.get("containerPort"))) and port.get("protocol") in (None, "TCP"):
                    found[number] = f"the container {container.name}"
    return found
