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

Silent when: a pod, a pod template or a WorkloadEntry that the Service selects carries the labels; a ServiceEntry has
the resolution NONE or no fixed endpoints; the host is not known. Labels that a node, a controller, the injector or
Istio may add later count as carried, and so does all of a Service without selector; where all pods were read that is
an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Also,
    Claim,
    DestinationRule,
    Endpoints,
    Machine,
    MeshGraph,
    Missing,
    Node,
    Service,
    ServiceEntry,
    Severity,
    Subset,
    Workload,
    analyzer,
    endpoints,
    enumerated,
    hosts,
    pods_are_known,
    selector_text,
    workloads,
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
    for rule in mesh.all(DestinationRule):
        entry = hosts(mesh).find(rule.host, rule.namespace) if rule.subsets else None
        if entry is None:
            continue
        behind = endpoints(mesh)(entry)
        may_note = not _lists_all(entry.first) and pods_are_known(mesh, entry.first.namespace)
        if may_note and not behind.known:
            for subset in rule.subsets:
                if subset.labels and not workloads(mesh).selected_by(subset.labels):
                    yield _later(rule, subset, entry.first)
        for subset in rule.subsets if behind.known else ():
            if subset.labels and not behind.any_with(subset.labels):
                yield _claim(rule, subset, entry.first, behind)
                if not behind.found:
                    # The cause is the Service, and the same for every subset.
                    break
            elif subset.labels and may_note and not behind.any_carrying(subset.labels):
                yield _later(rule, subset, entry.first)


def _claim(rule: DestinationRule, subset: Subset, provider: Service | ServiceEntry, behind: Endpoints) -> Claim:
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
        rule,
        (*subset.path, "labels", key) if behind.found and key else (*subset.path, "labels"),
        message,
        fix=fix,
        related=(Also(provider, ("spec",), f"what {rule.host} stands for"),),
        absent=None if _lists_all(provider) else absent,
    )


def _later(rule: DestinationRule, subset: Subset, provider: Service | ServiceEntry) -> Claim:
    return Claim(
        rule,
        (*subset.path, "labels"),
        f"No workload behind {provider.id} has {selector_text(subset.labels)} by itself: subset {subset.name} is empty"
        " unless somebody adds that later.",
        fix="Give the Nodes as well, or see in a proxy whether the subset has endpoints.",
        severity=Severity.INFO,
    )


def _lists_all(provider: Service | ServiceEntry) -> bool:
    return isinstance(provider, ServiceEntry) and not provider.selector
