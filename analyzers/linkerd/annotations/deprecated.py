"""An annotation for the proxy of Linkerd is an old one.

Why: Linkerd has given it another name, or has given up what it was for. Newer versions may not read it any more.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          annotations:
            config.alpha.linkerd.io/proxy-enable-native-sidecar: "true"

Fix: use what the message names, or remove the annotation.

Silent when: the annotation that takes its place is there as well.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, Edit, MeshGraph, Namespace, Service, Severity, Workload, analyzer
from meshctl.analysis.api.linkerd import INSTEAD, config_annotations


@analyzer("LKD115", "linkerd-annotation-deprecated", Severity.INFO, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in config_annotations(mesh):
        instead = INSTEAD.get(found.name)
        if instead is None:
            continue
        carried = found.subject.pod_annotations if isinstance(found.subject, Workload) else found.subject.annotations
        if instead not in carried:
            yield Claim(
                found.subject,
                found.path,
                f"{found.name} is an old annotation that newer versions of Linkerd do not read.",
                fix=f"Use {instead} instead." if instead else "Remove it: nothing takes its place.",
                on_key=True,
                edit=Edit("rename", found.path, instead) if instead else None,
            )
