"""istiod fetches keys for RequestAuthentications from any address, also from inside the cluster.

Why: whoever may write a RequestAuthentication chooses the address that istiod asks, from its place in the network. With
BLOCKED_CIDRS_IN_JWKS_URIS istiod refuses addresses such as that of the cloud's metadata service.

Example:
    kind: Deployment
    metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
    spec:
      template:
        spec:
          containers:
          - {name: discovery, env: [{name: PILOT_TRACE_SAMPLING, value: "1"}]}

Fix: set BLOCKED_CIDRS_IN_JWKS_URIS in the environment of istiod, to 169.254.0.0/16 and your private networks save those
with an identity provider.

Silent when: the variable is set, also from elsewhere; all keys of RequestAuthentications are inline, so that istiod
fetches nothing; or istiod is not in the input.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    Container,
    Deployment,
    MeshGraph,
    Path,
    RequestAuthentication,
    Severity,
    Workload,
    analyzer,
    enumerated,
    listed,
    numbered,
)

_VARIABLE = "BLOCKED_CIDRS_IN_JWKS_URIS"


@analyzer("IST0175", "jwks-fetch-unrestricted", Severity.WARNING, reads=(RequestAuthentication, Deployment))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    fetching = sorted({p.full_name for p in mesh.all(RequestAuthentication) if any(not r.get("jwks") for r in p.rules)})
    if not fetching:
        return
    for deployment in mesh.all(Deployment):
        if deployment.labels.get("app") == "istiod" and (path := _unrestricted(deployment)):
            yield Claim(
                deployment,
                path,
                f"istiod fetches keys for {enumerated(fetching, len(fetching))} from whatever address is written there,"
                f" for {_VARIABLE} is not set.",
                fix=f"Set {_VARIABLE} in the environment of istiod, 169.254.0.0/16 at least.",
            )


def _unrestricted(istiod: Workload) -> Path | None:
    """Where the variable belongs; None if some container has it, or may have it from a ConfigMap or Secret."""
    containers = [c for c in istiod.containers if not c.init]
    if not containers or any(_may_have(c) for c in containers):
        return None
    return (*containers[0].path, "env") if containers[0].fields.get("env") else containers[0].path


def _may_have(container: Container) -> bool:
    if listed(container.fields.get("envFrom")):
        return True
    return any(
        v.get("name") == _VARIABLE and (v.get("value") or v.get("valueFrom"))
        for _, v in numbered(container.fields.get("env"))
    )
