"""A TrafficTarget permits calls of a ServiceAccount that does not exist.

Why: nobody runs with that account, so the calls that were meant to be permitted are refused where traffic is denied by
default. Whoever may create the account later gets the permission.

Example:
    kind: TrafficTarget
    spec:
      destination: {kind: ServiceAccount, name: orders, namespace: shop}
      sources: [{kind: ServiceAccount, name: wbe, namespace: shop}]   # the account is `web`

Fix: name the account that the calling pods run with, or remove it.

Silent when: the account exists; or it is `default`, which every namespace has.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.smi import Identity, ServiceAccount, TrafficTarget, account_names, missing_account


@analyzer(
    "SMI202",
    "target-source-not-found",
    Severity.WARNING,
    reads=(TrafficTarget, ServiceAccount),
    absent=(ServiceAccount,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for target in mesh.all(TrafficTarget):
        for identity in target.sources:
            yield from _claims(mesh, target, identity)


def _claims(mesh: MeshGraph, target: TrafficTarget, identity: Identity) -> Iterator[Claim]:
    missing = missing_account(mesh, identity.namespace, identity.name)
    if identity.kind == "ServiceAccount" and missing:
        yield Claim(
            target,
            (*identity.path, "name"),
            f"ServiceAccount {missing.name}, whose calls this permits, {ABSENT}: nobody has the permission.",
            fix=account_names(mesh).meant(missing.name, target.namespace) or "Name the account of the calling pods.",
            absent=missing,
        )
