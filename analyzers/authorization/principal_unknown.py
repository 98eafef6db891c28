"""A rule of an AuthorizationPolicy names a service account that no workload runs as.

Why: no caller has that principal. A policy that allows lets nobody in by it, one that denies refuses nobody, and an
exception excepts nobody.

Example:
    rules:
    - from:
      - source:
          principals: [cluster.local/ns/shop/sa/frontent]   # the pods run as frontend

Fix: write the service account that the callers' pods have (`serviceAccountName`, `default` where they say nothing).

Silent when: a workload, machine or gateway of the mesh runs as it, in this or in a joined cluster (KIA0107 tells of
those of another); `*` fits some; or the trust domain is not of this mesh (KIA0108). Looked at are `principals`,
`serviceAccounts`, their exceptions, and conditions about either. Where the ServiceAccount itself is there, it is an
info: an operator may make its pods. That the account is made by one as well cannot be seen: so this is no error.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    AuthorizationPolicy,
    Claim,
    ConfigMap,
    KubernetesGateway,
    Machine,
    MeshGraph,
    Missing,
    Severity,
    Workload,
    analyzer,
    enumerated,
)
from meshctl.analysis.api.authorization import Callers, Named, ServiceAccount, callers, named_callers


@analyzer(
    "KIA0106",
    "authorizationpolicy-principal-unknown",
    Severity.WARNING,
    reads=(AuthorizationPolicy, ServiceAccount, Workload, Machine, KubernetesGateway, ConfigMap),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for named in named_callers(mesh):
        if not callers(mesh).fits(named.pattern):
            yield _later(named) if mesh.get(ServiceAccount, named.namespace, named.account) else _unknown(mesh, named)


def _unknown(mesh: MeshGraph, named: Named) -> Claim:
    wanted = f"the service account {named.namespace}/{named.account}"
    if not named.account:
        wanted = f"a principal that fits {named.value.text}"
    return Claim(
        named.policy,
        named.value.path,
        f"A workload with {wanted} {ABSENT}, so {named.harm}.",
        fix=_advice(callers(mesh), named),
        absent=_missing(named),
    )


def _later(named: Named) -> Claim:
    """An operator may make the pods, and jobs come and go: somebody made the account for something."""
    return Claim(
        named.policy,
        named.value.path,
        f"A workload that runs as ServiceAccount {named.namespace}/{named.account} {ABSENT}: until then {named.harm}.",
        fix="Nothing, if its pods are made later, or by an operator.",
        absent=_missing(named),
        severity=Severity.INFO,
    )


def _missing(named: Named) -> Missing:
    kinds = (*Workload.KINDS, *Machine.KINDS)
    return Missing("service account", named.value.text, kinds, named.namespace, elsewhere=True)


def _advice(known: Callers, named: Named) -> str:
    near = known.nearest(named.namespace, named.account) if named.account else None
    if near:
        return f"Did you mean {near}?"
    there = known.of(named.namespace)
    if there:
        return f"Workloads of namespace {named.namespace} run as {enumerated(there, len(there))}."
    return "Write the service account of the callers' pods."
