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
`serviceAccounts`, their exceptions, and conditions about either. That pods are made by something whose kind is not
known here, as by an operator, cannot be seen in files: so this is no error.
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
from meshctl.analysis.api.authorization import Callers, Named, callers, named_callers


@analyzer(
    "KIA0106",
    "authorizationpolicy-principal-unknown",
    Severity.WARNING,
    reads=(AuthorizationPolicy, Workload, Machine, KubernetesGateway, ConfigMap),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    kinds = (*Workload.KINDS, *Machine.KINDS)
    for named in named_callers(mesh):
        known = callers(mesh)
        if not known.fits(named.pattern):
            yield Claim(
                named.policy,
                named.value.path,
                f"{_wanted(named)} {ABSENT}, so {named.harm}.",
                fix=_advice(known, named),
                absent=Missing("service account", named.value.text, kinds, named.namespace, elsewhere=True),
            )


def _advice(known: Callers, named: Named) -> str:
    near = known.nearest(named.namespace, named.account) if named.account else None
    if near:
        return f"Did you mean {near}?"
    there = known.of(named.namespace)
    if there:
        return f"Workloads of namespace {named.namespace} run as {enumerated(there, len(there))}."
    return "Write the service account of the callers' pods."


def _wanted(named: Named) -> str:
    if not named.account:
        return f"A workload with a principal that fits {named.value.text}"
    return f"A workload with the service account {named.namespace}/{named.account}"
