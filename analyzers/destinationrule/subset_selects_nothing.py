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

Silent when: a pod, a pod template or a WorkloadEntry that the Service selects carries the labels, or may get them later
(from its node, a controller, the injector or Istio); the Service has no selector; a ServiceEntry has resolution NONE or
no fixed endpoints; the host is not known.
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
    for rule in mesh.all(DestinationRule):
        entry = hosts(mesh).find(rule.host, rule.namespace) if rule.subsets else None
        if entry is None:
            continue
        behind = endpoints(mesh)(entry)
        for subset in rule.subsets if behind.known else ():
            if subset.labels and not behind.any_with(subset.labels):
                yield _claim(rule, subset, entry.first, behind)
                if not behind.found:
                    # The cause is the Service, and the same for every subset.
                    break


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


def _lists_all(provider: Service | ServiceEntry) -> bool:
    return isinstance(provider, ServiceEntry) and not provider.selector
