"""The proxy of a pod is not connected to any control plane.

Why: it goes on with what it got last, or with nothing if it never got anything: new endpoints, routes and certificates
do not reach it, and after a day its own certificate is no longer valid.

Example:
    status:   # of the pod
      conditions: [{type: Ready, status: "True"}]   # and in no istiod's list of proxies

Fix: look at the log of the pod's istio-proxy for the reason, often a network policy, the address of istiod, or its
certificate.

Silent when: the pod is not ready, has ended, or has no istio-proxy; a control plane did not tell which proxies it
serves. Where the input does not show how many control planes there are, it is one info for all. Pods of one workload
are one finding.
"""

from collections.abc import Iterator, Sequence

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
    states = [state for state in mesh.facts.states if state.connected is False]
    containers = {pod_of(mesh, state).id: state.container for state in states}
    for pods in _by_owner(mesh, [pod_of(mesh, state) for state in states]):
        single = len(pods) == 1
        yield _claim(
            pods,
            f"{_who(pods)} {'says that it is' if single else 'say that they are'} not connected to "
            f"{'its' if single else 'their'} control plane: {'it goes' if single else 'they go'} on with what "
            f"{'it' if single else 'they'} got last.",
            container=containers[pods[0].id],
        )
    told = {state.id for state in states}
    unserved = [each for each in unserved_pods(mesh) if each.pod.full_name not in told]
    for pods in _by_owner(mesh, [each.pod for each in unserved if each.sure]):
        what = "is" if len(pods) == 1 else "are"
        yield _claim(
            pods,
            f"{_who(pods)} {what} not connected to any control plane: no change reaches "
            f"{'it' if len(pods) == 1 else 'them'}.",
        )
    # One thing is not known, and it is the same for all of them: whether there is another control plane.
    if pods := [each.pod for each in unserved if not each.sure]:
        what, them = ("is", "it") if len(pods) == 1 else ("are", "them")
        yield _claim(
            pods,
            f"{_who(pods)} {what} in the list of no control plane that was asked: unless one that was not asked serves "
            f"{them}, no change reaches {them}.",
            before="Name the answers of every istiod, or give its pods with the input. ",
            also="is in no list either",
            severity=Severity.INFO,
        )


def _by_owner(mesh: MeshGraph, pods: Sequence[Pod]) -> Iterator[list[Pod]]:
    """The pods of one workload together."""
    found: dict[object, list[Pod]] = {}
    for pod in pods:
        found.setdefault(top_owner(mesh, pod).id, []).append(pod)
    yield from found.values()


def _who(pods: Sequence[Pod]) -> str:
    names = enumerated((pod.full_name for pod in pods), len(pods))
    return f"The proxy of {names}" if len(pods) == 1 else f"{len(pods)} proxies, those of {names},"


def _claim(
    pods: Sequence[Pod],
    message: str,
    before: str = "",
    also: str = "is not connected either",
    severity: Severity | None = None,
    container: str = "istio-proxy",
) -> Claim:
    first, *others = pods
    given = (pod for pod in others[:MOST] if pod.resource.origin is not None)
    return Claim(
        first,
        ("metadata", "name"),
        message,
        fix=f"{before}Look for the reason in its log: kubectl logs {first.name} -n {first.namespace} -c {container}.",
        related=tuple(Also(pod, ("metadata", "name"), also) for pod in given),
        severity=severity,
    )
