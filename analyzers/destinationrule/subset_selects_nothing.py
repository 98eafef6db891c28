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
    Endpoint,
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
        behind = [(provider, endpoints(mesh, provider)) for provider in entry.providers]
        known = [endpoint for _, found in behind if found is not None for endpoint in found]
        if any(found is None for _, found in behind):
            continue
        provider = min((p for p, _ in behind), key=lambda p: p.id)
        for subset in rule.subsets:
            if subset.labels and not any(_fits(endpoint, subset) for endpoint in known):
                yield _claim(rule, subset, provider, known)
                if not known:
                    # The cause is the Service, and the same for every subset.
                    break


def _fits(endpoint: Endpoint, subset: Subset) -> bool:
    return all(endpoint.may_carry(key, value) for key, value in subset.labels.items())


def _claim(rule: DestinationRule, subset: Subset, provider: Service | ServiceEntry, known: list[Endpoint]) -> Claim:
    wanted = selector_text(subset.labels)
    what = f"a workload with {wanted} behind {provider.id}" if known else f"any workload behind {provider.id}"
    harm = "requests for it get a 503"
    message = f"Subset {subset.name} selects nothing, so {harm}: {what} {ABSENT}."
    if _lists_all(provider):
        message = f"No endpoint of {provider.id} is of subset {subset.name} ({wanted}), so {harm}."
    absent = Missing("workload", wanted, KINDS, provider.namespace)
    key = next((k for k in sorted(subset.labels) if not any(e.may_carry(k, subset.labels[k]) for e in known)), "")
    values = sorted({e.carried[key] for e in known if key in e.carried})
    fix = f"Deploy a workload with {wanted} behind {provider.id}, or remove the subset."
    if values:
        fix = f"Write a value of {key} that there is ({enumerated(values, len(values))}), or deploy such a workload."
    return Claim(
        rule,
        (*subset.path, "labels", key) if known and key else (*subset.path, "labels"),
        message,
        fix=fix,
        related=(Also(provider, ("spec",), f"what {rule.host} stands for"),),
        absent=None if _lists_all(provider) else absent,
    )


def _lists_all(provider: Service | ServiceEntry) -> bool:
    return isinstance(provider, ServiceEntry) and not provider.selector
