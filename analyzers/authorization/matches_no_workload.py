"""An AuthorizationPolicy is for no workload of the mesh, so nobody enforces it.

Why: sidecars, ztunnel and gateways enforce policies. Where the selector fits no workload, or only workloads without a
proxy that are not in ambient mode either, requests that the policy is meant to refuse get through.

Example:
    kind: AuthorizationPolicy
    metadata: {namespace: shop}
    spec:
      selector:
        matchLabels: {app: reviewz}   # the pods carry app: reviews

Fix: write the labels that the pods carry, move the policy to their namespace, or bring the pods into the mesh.

Silent when: the policy is for the whole mesh; a pod that it is for is in the mesh, or is told to be (IST0103). A policy
of the root namespace may select workloads of any namespace. Where not all pods were read, what is in the mesh without a
pod in the input counts as if it had one: workloads that get a proxy, or may get one, when their pods are made,
WorkloadEntries, WorkloadGroups, Gateways of the Gateway API, and what a policy is attached to by `targetRefs`. Where
they were, it is an info that no pod enforces it by now.
"""

from collections.abc import Iterator
from itertools import islice

from meshctl.analysis.api import (
    ABSENT,
    MOST,
    AuthorizationPolicy,
    Claim,
    ConfigMap,
    KubernetesGateway,
    Machine,
    MeshGraph,
    Missing,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
    enumerated,
    selector_text,
)
from meshctl.analysis.api.authorization import Unenforced, unenforced_policies


@analyzer(
    "IST0127",
    "authorizationpolicy-matches-no-workload",
    Severity.WARNING,
    reads=(
        AuthorizationPolicy,
        Workload,
        Machine,
        KubernetesGateway,
        Namespace,
        ConfigMap,
        MutatingWebhookConfiguration,
    ),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for unenforced in unenforced_policies(mesh):
        if unenforced.policy.targets:
            yield _attached(unenforced)
        elif unenforced.later:
            yield _later(unenforced)
        elif unenforced.machines:
            yield _machines(unenforced)
        else:
            yield _outside(unenforced) if unenforced.outside else _nothing(unenforced)


def _nothing(unenforced: Unenforced) -> Claim:
    policy, place = unenforced.policy, unenforced.place
    labels = selector_text(policy.selector)
    wanted = f"A workload with the labels {labels}" if labels else "A workload"
    where = f" in namespace {place}" if place else " in any namespace"
    return Claim(
        policy,
        policy.place,
        f"{wanted} {ABSENT}{where}, so nobody enforces this policy.",
        fix="Write the labels that the pods carry, or move the policy to their namespace."
        if labels
        else "Move the policy to the namespace of the workloads, or delete it.",
        absent=Missing("workload", labels, (*Workload.KINDS, *Machine.KINDS), place),
    )


def _outside(unenforced: Unenforced) -> Claim:
    count = len(unenforced.outside)
    names = enumerated((str(w.id) for w in islice(unenforced.outside, MOST)), count)
    return Claim(
        unenforced.policy,
        unenforced.policy.place,
        f"Nobody enforces this policy: {names} {'has' if count == 1 else 'have'} no proxy and no ambient mode.",
        fix="Bring the workloads into the mesh, by a label of their namespace or of the pods.",
    )


def _later(unenforced: Unenforced) -> Claim:
    names = enumerated((str(w.id) for w in islice(unenforced.later, MOST)), len(unenforced.later))
    return Claim(
        unenforced.policy,
        unenforced.policy.place,
        f"No pod that was read enforces this policy: those that {names} gets later may.",
        fix="Restart the workloads if their pods should be in the mesh by now; else there is nothing to do.",
        severity=Severity.INFO,
    )


def _attached(unenforced: Unenforced) -> Claim:
    place = f"in namespace {unenforced.place}" if unenforced.place else "with these labels"
    return Claim(
        unenforced.policy,
        unenforced.policy.place,
        f"No pod {place} is in the mesh, so this policy is enforced only where what it is attached to has a waypoint or"
        " a gateway elsewhere.",
        fix="See that the gateway or waypoint of its targets runs; else there is nothing to do.",
        severity=Severity.INFO,
    )


def _machines(unenforced: Unenforced) -> Claim:
    names = enumerated((str(m.id) for m in islice(unenforced.machines, MOST)), len(unenforced.machines))
    return Claim(
        unenforced.policy,
        unenforced.policy.place,
        f"No pod enforces this policy; it is left to {names}, outside the cluster.",
        fix="Nothing, if the policy is meant for machines alone; else write the labels that the pods carry.",
        severity=Severity.INFO,
    )
