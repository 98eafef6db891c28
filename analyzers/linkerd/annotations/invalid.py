"""An annotation for the proxy of Linkerd has a value that Linkerd cannot read.

Why: the injector writes a line into its own log and goes on without the setting. Nobody who looks at the pod sees why
it does not have what was asked for.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          annotations:
            config.linkerd.io/skip-outbound-ports: "5432;3306"   # a comma

Fix: write a value of the kind that the message names.

Silent when: Linkerd can read it. The default policy for inbound traffic is LKD311's.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Namespace, Service, Severity, Workload, analyzer
from meshctl.analysis.api.linkerd import CONFIG, config_annotations, value_problem

_OF_ITS_OWN = f"{CONFIG}default-inbound-policy"


@analyzer("LKD111", "linkerd-annotation-invalid", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in config_annotations(mesh):
        problem = value_problem(found.name, found.value) if found.name != _OF_ITS_OWN else ""
        if problem:
            value = repr(found.value) if len(found.value) <= 40 and "\n" not in found.value else "The value"
            yield Claim(
                found.subject,
                found.path,
                f"{value} of the annotation {found.name} {problem}: Linkerd goes on without it.",
                fix=f"Correct the value of {found.name}.",
            )
