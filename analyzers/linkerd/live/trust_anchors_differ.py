"""Linkerd's proxies trust other anchors than the control plane.

Why: a proxy takes its trust anchors when it is injected, and keeps them. After a change of linkerd-identity-trust-roots
it does not trust peers whose certificates are signed by a new anchor; where the two have none in common, every
connection between old and new pods fails.

Example:
    kind: Pod
    spec:
      containers:
      - name: linkerd-proxy
        env: [{name: LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS, value: "-----BEGIN CERTIFICATE-----..."}]   # the old one

Fix: while the bundle still has both anchors, restart the workloads; only then take out the old one.

Silent when: both have the same certificates, in whatever order; the pod does not hold them itself; the pod is of the
control plane. It is a warning where they have some in common. Pods with the same anchors are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, ConfigMap, MeshGraph, Pod, Severity, analyzer
from meshctl.analysis.api.linkerdlive import (
    certificate_texts,
    data_plane_pods,
    pods_together,
    stated_anchors,
    trust_roots,
)


@analyzer("LKD204", "linkerd-trust-anchors-differ", Severity.ERROR, reads=(Pod, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    roots = trust_roots(mesh)
    trusted = certificate_texts(roots.bundle) if roots else frozenset()
    if roots is None or not trusted:
        return
    found: dict[str, list[Pod]] = {}
    for pod in data_plane_pods(mesh):
        if stated := stated_anchors(pod):
            found.setdefault(stated, []).append(pod)
    for stated, pods in found.items():
        own = certificate_texts(stated)
        if not own or own == trusted:
            continue
        pod, names, others = pods_together(pods, "has the same anchors")
        who = "A proxy trusts" if len(pods) == 1 else f"{len(pods)} proxies trust"
        what = (
            "The control plane trusts some of them: peers with a certificate of another anchor are refused."
            if own & trusted
            else "They have none in common: no connection between these pods and newer ones works."
        )
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} other anchors than ConfigMap {roots.subject.full_name} has: {names}. {what}",
            fix="Restart the workloads while the ConfigMap still has the anchor that their peers use.",
            related=(Also(roots.subject, ("data", roots.key), "the anchors of the control plane"), *others),
            severity=Severity.WARNING if own & trusted else Severity.ERROR,
        )
