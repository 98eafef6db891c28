"""An annotation for the proxy of Linkerd is unknown.

Why: Linkerd reads the annotations that it knows and says nothing about others. A name with a slip in it leaves the
setting as it was.

Example:
    kind: Namespace
    metadata:
      annotations:
        config.linkerd.io/skip-outbound-port: "5432"   # skip-outbound-ports

Fix: correct the name, or remove the annotation.

An info where no known name is near: it may be one of another version of Linkerd.

Silent when: Linkerd knows the name, or did so in an older version (LKD115).
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Namespace, Service, Severity, Workload, analyzer
from meshctl.analysis.api.linkerd import config_annotations, nearest_config


@analyzer("LKD110", "linkerd-annotation-unknown", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in config_annotations(mesh):
        if not found.known:
            near = nearest_config(found.name)
            yield Claim(
                found.subject,
                found.path,
                f"Linkerd knows no annotation {found.name} and ignores it.",
                fix=f"Did you mean {near}?" if near else "Correct its name, or remove it.",
                severity=None if near else Severity.INFO,
                on_key=True,
            )
