"""A pod is several services of Consul, together with something that this does not go with.

Why: a pod whose connect-service lists several names gets a proxy for each. The injector refuses such a pod where
transparent proxy, metrics or the merging of metrics is on; and of lists of services and ports that differ in length,
some services are registered without a port.

Example:
    consul.hashicorp.com/connect-service: "web,web-admin"
    consul.hashicorp.com/connect-service-port: "8080,9090"
    # transparent-proxy is on unless it is switched off

Fix: switch it off for these pods: `consul.hashicorp.com/transparent-proxy: "false"`, `enable-metrics: "false"`,
`enable-metrics-merging: "false"`; give one port for each service.

Silent when: there is one name. It is a warning where only the default of an installation that is not in the files
switches transparent proxy on.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import (
    MERGING,
    METRICS,
    PORT,
    PREFIX,
    SEEN,
    TRANSPARENT_PROXY,
    ConsulPod,
    installation,
    starting_pods,
    transparent,
    truth,
)


@analyzer("CSL110", "consul-multiport-unsupported", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for pod in starting_pods(mesh):
        if pod.is_multiport:
            yield from _claims(mesh, pod)


def _claims(mesh: MeshGraph, pod: ConsulPod) -> Iterator[Claim]:
    installed = installation(mesh)
    redirected = transparent(mesh, pod)
    if redirected and redirected[0]:
        by = f" ({redirected[1]} switches it on)" if redirected[1] else ", which is on by default"
        yield _refused(pod, "transparent proxy", by, TRANSPARENT_PROXY, assumed=not redirected[1])
    for name, what, default in ((METRICS, "metrics", installed.metrics), (MERGING, "merging", installed.merging)):
        said = pod.workload.pod_annotations.get(name)
        if (default if said is None else truth(said)) is True:
            what = "the merging of metrics" if name == MERGING else what
            yield _refused(pod, what, f" ({name if said else 'the installation'} switches it on)", name)
    ports = pod.workload.pod_annotations.get(PORT)
    if ports is not None and len(ports.split(",")) != len(pod.names):
        yield Claim(
            pod.workload,
            pod.annotation(PORT),
            f"The ports are {len(ports.split(','))}, the services {len(pod.names)}: some are registered without one.",
            fix=f"Give one port for each of {', '.join(pod.names)}.",
        )


def _refused(pod: ConsulPod, what: str, by: str, annotation: str, *, assumed: bool = False) -> Claim:
    return Claim(
        pod.workload,
        pod.annotation(f"{PREFIX}connect-service"),
        f"Pods that are several services do not go with {what}{by}: Consul's webhook refuses them.",
        fix=f'Give the pods the annotation {annotation}: "false".',
        severity=Severity.WARNING if assumed else None,
        key=(annotation,),
    )
