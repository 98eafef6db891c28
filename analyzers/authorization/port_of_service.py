"""A rule of an AuthorizationPolicy names a port that the pods do not have.

Why: the proxy of a pod compares with the port of the pod, to which a Service sends (`targetPort`), and not with that of
the Service. Nothing fits the rule: one that allows lets nothing in, one that denies refuses nothing.

Example:
    rules:
    - to:
      - operation: {ports: ["80"]}   # Service: port: 80, targetPort: 8080

Fix: write the port of the pod.

Silent when: a Service sends to the port, a container says it has it, or a container says nothing of its ports and no
Service has it either; the policy names its targets (a waypoint compares with the port of the Service), or is for
gateways or machines. A port that nobody says anything of is an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer, enumerated
from meshctl.analysis.api.authorization import SELECTION_READS, StrangePort, strange_ports


@analyzer("MSH435", "authorizationpolicy-port-of-service", Severity.WARNING, reads=SELECTION_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for strange in strange_ports(mesh):
        yield _of_service(strange) if strange.targets else _of_nobody(strange)


def _of_service(strange: StrangePort) -> Claim:
    targets = enumerated(map(str, strange.targets), len(strange.targets))
    return Claim(
        strange.policy,
        strange.value.path,
        f"{strange.value.text} is the port of {strange.instead[0].service.id}, which sends to {targets} of the pods."
        " Proxies compare with that, so nothing fits this.",
        fix=f'Write "{strange.targets[0]}".',
        related=tuple(Also(s.service, s.port.path, "sends to another port") for s in strange.instead[:1]),
    )


def _of_nobody(strange: StrangePort) -> Claim:
    return Claim(
        strange.policy,
        strange.value.path,
        f"No container of the selected workloads says it has port {strange.value.text}, and no Service sends to it.",
        fix="Write the port of the pod, or have the container say that it has this one.",
        severity=Severity.INFO,
    )
