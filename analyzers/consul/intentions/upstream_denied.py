"""A pod lists an upstream that intentions do not let it call.

Why: its sidecar connects, and that of the other side refuses: connections are reset, requests get a 403.

Example:
    consul.hashicorp.com/connect-service-upstreams: "payments:9090"   # in the pods of web
    ---
    kind: ServiceIntentions
    spec:
      destination: {name: payments}
      sources:
      - {name: "*", action: deny}   # and none for web

Fix: add the caller to the sources of the ServiceIntentions of the destination, with `action: allow`.

Silent when: the intention that counts (the one with the exact destination, then the one with the exact source) allows
it, or does for some requests; one that was probably meant for the two has a name that is not known (CSL301, CSL302); or
there is none, and the flags of the injector do not show that ACLs deny by default.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Also, Claim, MeshGraph, Missing, Severity, analyzer
from meshctl.analysis.api.consul import (
    SEEN,
    UPSTREAMS,
    ServiceIntentions,
    ServiceKey,
    catalog,
    consul_pods,
    intentions,
    misspelt,
)


@analyzer("CSL306", "consul-upstream-denied", Severity.WARNING, reads=SEEN, absent=(ServiceIntentions,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for pod in consul_pods(mesh):
        source = next((names.named(pod.workload.namespace, "", name) for name in pod.registered), None)
        for upstream in pod.upstreams if source else ():
            to = names.named(pod.workload.namespace, upstream.namespace, upstream.name)
            if source and to and upstream.name and not upstream.problem and not upstream.beyond and names.knows(to):
                for message, absent, related in _denial(mesh, source, to):
                    yield Claim(
                        pod.workload,
                        pod.annotation(UPSTREAMS),
                        message,
                        fix=f"Add {source} with action: allow to the sources of the ServiceIntentions for {to}.",
                        absent=absent,
                        related=related,
                        key=(str(to),),
                    )


def _denial(
    mesh: MeshGraph, source: ServiceKey, to: ServiceKey
) -> Iterator[tuple[str, Missing | None, tuple[Also, ...]]]:
    verdict = intentions(mesh).allows(source, to)
    if verdict.allowed is not False or (source.name, to.name) in misspelt(mesh):
        return
    found = intentions(mesh).deciding(source, to)
    lacking = Missing("ServiceIntentions", f"{source} to {to}", ServiceIntentions.KINDS, to.namespace)
    if found is None or verdict.intentions is None:
        message = f"An intention from {source} to {to} {ABSENT}, and ACLs deny by default: calls to this upstream fail."
        yield message, lacking, ()
        return
    related = (Also(verdict.intentions, verdict.path, "denies it"),)
    if (found[1].source.name, found[0].destination.name) == (source.name, to.name):
        yield f"{verdict.intentions.id} denies {source} calls to {to}: this upstream fails.", None, related
        return
    message = f"{verdict.intentions.id} denies {source} calls to {to}, and a more exact intention {ABSENT}."
    yield message, lacking, related
