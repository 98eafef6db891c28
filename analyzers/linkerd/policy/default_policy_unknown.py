"""The policy for ports without one of their own is none that Linkerd knows.

Why: the annotation `config.linkerd.io/default-inbound-policy` says who may talk to ports without a Server, and
`accessPolicy` of a Server who may where no policy lets him in. The injector ignores a value that it does not know, so
that the default of the installation holds: often everybody may. A Server with one is refused.

Example:
    kind: Namespace
    metadata:
      annotations:
        config.linkerd.io/default-inbound-policy: cluster-authentificated

Fix: write all-unauthenticated, all-authenticated, cluster-authenticated, cluster-unauthenticated, deny or audit.

Silent when: the value is one of them.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Names, Namespace, Service, Severity, Workload, analyzer
from meshctl.analysis.api.linkerd import CONFIG, INBOUND_POLICIES, LinkerdServer, config_annotations

_ANNOTATION = f"{CONFIG}default-inbound-policy"


@analyzer(
    "LKD311",
    "linkerd-default-policy-unknown",
    Severity.ERROR,
    reads=(Namespace, Service, Workload, LinkerdServer),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in config_annotations(mesh):
        if found.name == _ANNOTATION and found.value not in INBOUND_POLICIES:
            yield Claim(
                found.subject,
                found.path,
                f"Linkerd knows no inbound policy {found.value!r} and ignores it: the policy of the installation"
                " holds, which often lets everybody in.",
                fix=_fix(found.value),
            )
    for server in mesh.all(LinkerdServer):
        if server.access not in INBOUND_POLICIES:
            yield Claim(
                server,
                ("spec", "accessPolicy"),
                f"Linkerd knows no accessPolicy {server.access!r} and does not accept the Server.",
                fix=_fix(server.access),
            )


def _fix(value: str) -> str:
    near = Names(INBOUND_POLICIES).nearest(value)
    return f"Did you mean {near}?" if near else f"Write one of {', '.join(INBOUND_POLICIES)}."
