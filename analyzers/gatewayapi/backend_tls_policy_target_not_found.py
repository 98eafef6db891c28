"""A BackendTLSPolicy is for a Service, or a port of one, that does not exist.

Why: the policy has no effect. Gateways talk to the backend that was meant without TLS, which one that expects TLS
refuses, and one that does not takes unencrypted.

Example:
    kind: BackendTLSPolicy
    metadata: {namespace: shop}
    spec:
      targetRefs:
      - {group: "", kind: Service, name: payments, sectionName: https}   # its port is called http

Fix: name a Service of the policy's own namespace, and the name of one of its ports as `sectionName`, not a number.

Silent when: the target exists, or is of another kind.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    MOST,
    Claim,
    MeshGraph,
    Missing,
    Service,
    Severity,
    analyzer,
    enumerated,
    service_names,
    text,
)
from meshctl.analysis.api.gatewayapi import BackendTlsPolicy, tls_targets


@analyzer(
    "GWA308",
    "backend-tls-policy-target-not-found",
    Severity.ERROR,
    reads=(BackendTlsPolicy, Service),
    absent=(Service,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for target in tls_targets(mesh):
        policy, full_name = target.policy, f"{target.policy.namespace}/{target.name}"
        if target.service is None:
            yield Claim(
                policy,
                (*target.path, "name"),
                f"Service {full_name} {ABSENT}: the policy has no effect, and its backend is not asked for TLS.",
                fix=service_names(mesh).meant(full_name, policy.namespace) or "Name a Service of the same namespace.",
                absent=Missing("service", full_name, Service.KINDS, policy.namespace),
            )
        elif target.section and target.section not in target.service.ports_by_name:
            ports = target.service.ports
            names = enumerated((text(port.name) or str(port.number) for port in ports[:MOST]), len(ports))
            yield Claim(
                policy,
                (*target.path, "sectionName"),
                f"Service {full_name} has no port called {target.section}: the policy has no effect.",
                fix=f"Name one of its ports: {names}.",
            )
