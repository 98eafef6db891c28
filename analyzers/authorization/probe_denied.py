"""A probe of a pod is denied by an AuthorizationPolicy, because the pod has its probes not led past the proxy.

Why: Istio rewrites HTTP probes so that the kubelet asks the agent beside the proxy. With this annotation the kubelet
calls the application through the proxy, in plaintext and without identity. Denied, the pod is never ready, or restarts.

Example:
    annotations: {sidecar.istio.io/rewriteAppHTTPProbers: "false"}
    # and for these pods:
    kind: AuthorizationPolicy
    spec: {rules: [{from: [{source: {namespaces: [shop]}}]}]}

Fix: remove the annotation, or allow the path of the probe for everybody.

Silent when: the annotation is absent or true; the policies let the probe in, or nobody can say; the probe is no HTTP.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.authorization import POLICY_READS, REWRITE, denied_probes


@analyzer("MSH444", "probe-denied-by-authorizationpolicy", Severity.WARNING, reads=POLICY_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload, path, decision in denied_probes(mesh):
        policy = decision.policy
        yield Claim(
            workload,
            path,
            f"The kubelet is refused, as {REWRITE} is false. {decision.reason}",
            fix=f"Remove the annotation {REWRITE}, or allow the path of the probe.",
            related=(Also(policy, decision.path, "refuses it"),) if policy else (),
        )
