"""A custom resource has a field that its kind does not have.

Why: the API server drops such a field without a word, so that the setting is not there. (kubectl refuses it, unless it
is told not to validate; Helm, Argo CD and others let it pass.) Istio knows nothing of it either.

Example:
    kind: VirtualService
    spec:
      hosts: [reviews]
      http:
      - route:
        - destination: {host: reviews}
        retrys: {attempts: 3}     # retries
        perTryTimeout: 2s         # is a field of retries

Fix: write the field as the kind has it, or put it where it belongs. Fields of Istio are written in camelCase in a
cluster, even though istiod itself would read snake_case.

Silent when: the field is in metadata or status, or where a kind takes anything, as the value of an EnvoyFilter. The
CustomResourceDefinition decides where it is in the input; otherwise what Istio and the Gateway API document, with
fields of all versions.
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
    Unfit,
    analyzer,
    documented,
    dotted,
    enumerated,
    home,
    meant,
    resembling,
    similar,
    unfit,
)


@analyzer("MSH405", "unknown-field", Severity.WARNING, reads=(*STRUCTURED, CustomResourceDefinition))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for one in unfit(mesh)[Flaw.UNKNOWN_FIELD]:
        *parent, name = one.misfit.path
        place = f"in {dotted(tuple(parent))}" if parent else "beside spec"
        yield Claim(
            one.view,
            one.misfit.path,
            f"{one.view.id.kind} has no field {name} {place}: the API server drops it, and it has no effect.",
            fix=_fix(one, str(name)),
            on_key=True,
            edit=_edit(one, str(name)),
        )


def _edit(one: Unfit, name: str) -> Edit | None:
    """Its right name, unless it is a field of another version or of another place."""
    elsewhere = one.definition and documented(one.view.id.kind_key, one.misfit.path)
    right = None if elsewhere else meant(name, one.misfit.shape.fields)
    return Edit("rename", one.misfit.path, right) if right else None


def _fix(one: Unfit, name: str) -> str:
    known = one.misfit.shape.fields
    if one.definition and documented(one.view.id.kind_key, one.misfit.path):
        return f"Other versions have it: update {one.definition.id}, or remove the field."
    if near := similar(name, known):
        return f"Did you mean {near}?"
    if (belongs := home(one.misfit, one.whole)) is not None:
        return f"It is a field of {dotted(belongs) or 'the resource itself'}: move it there."
    if near := resembling(name, known):
        return f"Did you mean {near}?"
    return f"Remove it; the fields there are {enumerated(known, len(known))}." if known else "Remove it."
