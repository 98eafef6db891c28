"""A subset of a DestinationRule selects none of the endpoints of its host.

Why: Envoy has a cluster for the subset, but without endpoints: every request that is routed to it gets a 503 (UH).

Example:
    kind: DestinationRule
    spec:
      host: reviews                    # its pods carry version: v1 or version: v2
      subsets:
      - name: canary
        labels: {version: v3}

Fix: write labels that pods of the Service carry, or deploy the pods.

Silent when: a pod that the Service selects carries the labels; pods elsewhere do (MSH418); the host is not known. Where
all pods were read and none has the labels, it is an info that a pod template or a WorkloadEntry carries them, that a
node, a controller, the injector or Istio may add them later, or that the endpoints are not to be known from resources.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Also,
    Claim,
    DestinationRule,
    EmptySubset,
    Endpoints,
    Machine,
    MeshGraph,
    Missing,
    Node,
    Service,
    ServiceEntry,
    Severity,
    Workload,
    analyzer,
    empty_subsets,
    enumerated,
    selector_text,
)

KINDS = Workload.KINDS + Machine.KINDS


@analyzer(
    "IST0173",
    "destinationrule-subset-selects-nothing",
    Severity.ERROR,
    reads=(DestinationRule, Service, ServiceEntry, Workload, Machine, Node),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    told = set()
    for empty in empty_subsets(mesh):
        if empty.behind is None:
            yield _later(empty)
        elif not empty.elsewhere and empty.rule.id not in told:
            yield _claim(empty, empty.behind)
            if not empty.behind.found:
                # The cause is the Service, and the same for every subset.
                told.add(empty.rule.id)


def _claim(empty: EmptySubset, behind: Endpoints) -> Claim:
    subset, provider = empty.subset, empty.provider
    wanted = selector_text(subset.labels)
    what = f"a workload with {wanted} behind {provider.id}" if behind.found else f"any workload behind {provider.id}"
    harm = "requests for it get a 503"
    message = f"Subset {subset.name} selects nothing, so {harm}: {what} {ABSENT}."
    if _lists_all(provider):
        message = f"No endpoint of {provider.id} is of subset {subset.name} ({wanted}), so {harm}."
    absent = Missing("workload", wanted, KINDS, provider.namespace)
    key = next((k for k in sorted(subset.labels) if not behind.any_with({k: subset.labels[k]})), "")
    values = behind.values(key)
    fix = f"Deploy a workload with {wanted} behind {provider.id}, or remove the subset."
    if values:
        fix = f"Write a value of {key} that there is ({enumerated(values, len(values))}), or deploy such a workload."
    return Claim(
        empty.rule,
        (*subset.path, "labels", key) if behind.found and key else (*subset.path, "labels"),
        message,
        fix=fix,
        related=(Also(provider, ("spec",), f"what {empty.rule.host} stands for"),),
        absent=None if _lists_all(provider) else absent,
    )


def _later(empty: EmptySubset) -> Claim:
    return Claim(
        empty.rule,
        (*empty.subset.path, "labels"),
        f"No pod that was read has {selector_text(empty.subset.labels)}: subset {empty.subset.name} of"
        f" {empty.provider.id} is left to endpoints that are no pods, or get these labels later.",
        fix="Give the Nodes as well, or see in a proxy whether the subset has endpoints.",
        severity=Severity.INFO,
    )


def _lists_all(provider: Service | ServiceEntry) -> bool:
    return isinstance(provider, ServiceEntry) and not provider.selector
