"""A TrafficTarget is for a ServiceAccount that does not exist.

Why: permissions are given for calls of pods that run with that account. There are none, so the permission does nothing,
and where traffic is denied by default the calls it is meant for are refused.

Example:
    kind: TrafficTarget
    spec:
      destination: {kind: ServiceAccount, name: ordres, namespace: shop}   # the account is `orders`
      sources: [{kind: ServiceAccount, name: web, namespace: shop}]

Fix: name the account that the called pods run with.

Silent when: the account exists; or it is `default`, which every namespace has.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.smi import Identity, ServiceAccount, TrafficTarget, account_names, missing_account


@analyzer(
    "SMI201",
    "target-destination-not-found",
    Severity.ERROR,
    reads=(TrafficTarget, ServiceAccount),
    absent=(ServiceAccount,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for target in mesh.all(TrafficTarget):
        if identity := target.destination:
            yield from _claims(mesh, target, identity)


def _claims(mesh: MeshGraph, target: TrafficTarget, identity: Identity) -> Iterator[Claim]:
    missing = missing_account(mesh, identity.namespace, identity.name)
    if identity.kind == "ServiceAccount" and missing:
        yield Claim(
            target,
            (*identity.path, "name"),
            f"ServiceAccount {missing.name}, whom this is to let others call, {ABSENT}: it permits nothing.",
            fix=account_names(mesh).meant(missing.name, target.namespace) or "Name the account of the called pods.",
            absent=missing,
        )
