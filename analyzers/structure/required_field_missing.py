"""A custom resource lacks a field that its CustomResourceDefinition requires.

Why: the API server refuses the whole resource, and a pipeline that applies it stops there.

Example:
    kind: WorkloadGroup
    spec:
      metadata: {labels: {app: reviews}}   # and no template

Fix: add the field.

Silent when: the definition is not in the input or gives the field a default, or Istio's own validation speaks of it.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    STRUCTURED,
    Claim,
    CustomResourceDefinition,
    Flaw,
    MeshGraph,
    Severity,
    analyzer,
    dotted,
    unfit,
)


@analyzer("MSH408", "required-field-missing", Severity.ERROR, reads=(*STRUCTURED, CustomResourceDefinition))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for one in unfit(mesh)[Flaw.MISSING_FIELD]:
        *parent, name = one.misfit.path
        yield Claim(
            one.view,
            one.misfit.path,
            f"{dotted(tuple(parent)) or one.view.id.kind} lacks the field {name}, which its definition requires:"
            " the API server refuses the resource.",
            fix=f"Add {name}.",
        )
