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

Silent when: both have the same certificates, in whatever order, apart from those that have expired; the pod does not
hold them itself; the pod is of the control plane. It is a warning where they have some in common, and an info where the
pod has all of them and more. Pods with the same anchors are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, ConfigMap, MeshGraph, Pod, Severity, analyzer
from meshctl.analysis.api.linkerdlive import (
    certificate_texts,
    data_plane_pods,
    pods_together,
    stated_anchors,
    trust_roots,
    trusted_texts,
)


@analyzer("LKD204", "linkerd-trust-anchors-differ", Severity.ERROR, reads=(Pod, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    roots = trust_roots(mesh)
    trusted = certificate_texts(roots.bundle) if roots else frozenset()
    if roots is None or not trusted:
        return
    found: dict[str, list[Pod]] = {}
    for pod in data_plane_pods(mesh):
        if (stated := stated_anchors(pod)) and certificate_texts(stated) not in (trusted, frozenset()):
            found.setdefault(stated, []).append(pod)
    for stated, pods in found.items():
        now = mesh.settings.now
        own, needed = certificate_texts(stated), trusted_texts(roots.bundle, now)
        lacking, beyond = needed - own, trusted_texts(stated, now) - trusted
        if not lacking and not beyond:
            continue
        pod, names, others = pods_together(pods, "has the same anchors")
        many = len(pods) > 1
        if not lacking:
            what, severity = "The anchors beyond these are trusted until the pods are made anew.", Severity.INFO
        elif own & needed:
            what, severity = "Peers with a certificate of another of its anchors are refused.", Severity.WARNING
        else:
            what = "They have none in common: no connection between these pods and newer ones works."
            severity = Severity.ERROR
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{f'{len(pods)} proxies trust' if many else 'A proxy trusts'} other anchors than ConfigMap "
            f"{roots.subject.full_name} has: {names}. {what}",
            fix="Restart the workloads while the ConfigMap still has the anchor that their peers use.",
            related=(Also(roots.subject, ("data", roots.key), "the anchors of the control plane"), *others),
            severity=severity,
        )
