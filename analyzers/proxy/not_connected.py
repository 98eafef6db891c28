"""The proxy of a pod is not connected to any control plane.

Why: it goes on with what it got last, or with nothing if it never got anything: new endpoints, routes and certificates
do not reach it, and after a day its own certificate is no longer valid.

Example:
    status:   # of the pod
      conditions: [{type: Ready, status: "True"}]   # and in no istiod's list of proxies

Fix: look at the log of the pod's istio-proxy for the reason, often a network policy, the address of istiod, or its
certificate.

Silent when: the pod is not ready, has ended, or has no istio-proxy; a control plane did not tell which proxies it
serves. Where the input does not show how many control planes there are, it is an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    MeshGraph,
    Pod,
    Severity,
    Workload,
    analyzer,
    enumerated,
    pod_of,
    top_owner,
    unserved_pods,
)


@analyzer("MSH203", "proxy-not-connected", Severity.ERROR, reads=(Pod, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    told = {state.id for state in mesh.facts.states if state.connected is False}
    for state in mesh.facts.states:
        if state.connected is False:
            yield Claim(
                pod_of(mesh, state),
                ("metadata", "name"),
                f"The proxy of {state.id} says that it is not connected to its control plane: it goes on with what it "
                "got last.",
                fix=f"Look for the reason in its log: kubectl logs {state.name} -n {state.namespace} -c istio-proxy.",
            )
    by_owner: dict[Workload, list[Pod]] = {}
    sure = True
    owners: dict[object, Workload] = {}
    for each in unserved_pods(mesh):
        sure = each.sure
        if each.pod.full_name not in told:
            owner = top_owner(mesh, each.pod)
            by_owner.setdefault(owners.setdefault(owner.id, owner), []).append(each.pod)
    for pods in by_owner.values():
        who = "The proxy of" if len(pods) == 1 else f"{len(pods)} proxies, those of"
        what = "is" if len(pods) == 1 else "are"
        doubt = "" if sure else ", unless one that was not asked serves it"
        yield Claim(
            pods[0],
            ("metadata", "name"),
            f"{who} {enumerated((pod.full_name for pod in pods), len(pods))} {what} not connected to any control plane"
            f"{doubt}: no change reaches {'it' if len(pods) == 1 else 'them'}.",
            fix=f"Look for the reason in its log: kubectl logs {pods[0].name} -n {pods[0].namespace} -c istio-proxy.",
            related=tuple(Also(pod, ("metadata", "name"), "is not connected either") for pod in pods[1 : MOST + 1]),
            severity=None if sure else Severity.INFO,
        )
