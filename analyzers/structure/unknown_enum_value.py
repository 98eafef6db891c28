"""A field of a custom resource has a value that is none of those it can have.

Why: the API server refuses the whole resource, and a pipeline that applies it stops there. What is read past the API
server fails in istiod, which leaves the resource out.

Example:
    kind: DestinationRule
    spec:
      host: reviews
      trafficPolicy:
        loadBalancer: {simple: ROUND_ROBBIN}   # ROUND_ROBIN

Fix: write one of the values that the finding names, in the same case.

Silent when: Istio's own validation speaks of the field. It is an error where the CustomResourceDefinition is in the
input; otherwise a warning, for a newer version may have more values.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    STRUCTURED,
    Claim,
    CustomResourceDefinition,
    Edit,
    Flaw,
    MeshGraph,
    Severity,
    analyzer,
    dotted,
    enumerated,
    meant,
    resembling,
    similar,
    unfit,
)

_LONGEST = 80


@analyzer("MSH407", "unknown-enum-value", Severity.ERROR, reads=(*STRUCTURED, CustomResourceDefinition))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for one in unfit(mesh)[Flaw.UNKNOWN_VALUE]:
        path, value = one.misfit.path, str(one.misfit.value)
        values = [str(known) for known in one.misfit.shape.values]
        allowed = enumerated(values, len(values))
        right = meant(value, values)
        near = similar(value, values) or resembling(value, values)
        yield Claim(
            one.view,
            path,
            f"{value[:_LONGEST] or 'An empty text'} is no value of {dotted(path)}, which is one of {allowed}:"
            f" the API server refuses the {one.view.id.kind}.",
            fix=f"Did you mean {near}?" if near else "Write one of these values.",
            severity=None if one.certain else Severity.WARNING,
            edit=Edit("set", path, right) if right else None,
        )
