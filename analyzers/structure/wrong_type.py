"""A field of a custom resource has a value of the wrong type, such as a number where text belongs.

Why: the API server refuses the whole resource, and a pipeline that applies it stops there. What is read past the API
server fails in istiod, which leaves the resource out.

Example:
    kind: DestinationRule
    spec:
      host: reviews
      subsets:
      - name: v1
        labels: {version: 1}   # a number: labels are text, "1"

Fix: quote text that looks like a number or a truth value, unquote numbers, and begin the items of a list with hyphens.

Silent when: the value is null, which the API server removes, or Istio's own validation speaks of the field. It is an
error where the CustomResourceDefinition is in the input; otherwise a warning.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    STRUCTURED,
    Claim,
    CustomResourceDefinition,
    Flaw,
    MeshGraph,
    Misfit,
    Severity,
    analyzer,
    dotted,
    enumerated,
    unfit,
    words_for,
)


@analyzer("MSH406", "wrong-type", Severity.ERROR, reads=(*STRUCTURED, CustomResourceDefinition))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for one in unfit(mesh)[Flaw.WRONG_TYPE]:
        misfit = one.misfit
        yield Claim(
            one.view,
            misfit.path,
            f"{dotted(misfit.path)} has to be {misfit.shape.words} and is {words_for(misfit.value)}:"
            f" the API server refuses the {one.view.id.kind}.",
            fix=_fix(misfit),
            severity=None if one.certain else Severity.WARNING,
        )


def _fix(misfit: Misfit) -> str:
    types, value = misfit.shape.types, misfit.value
    if value is None:
        return "Remove the item."
    if values := misfit.shape.values:
        return f"Write one of {enumerated(map(str, values), len(values))}."
    if list in types:
        return "Make it a list: each item begins with a hyphen."
    if dict in types:
        fields = misfit.shape.fields
        if isinstance(value, list):
            return "Remove the hyphen or brackets: it is one mapping."
        return f"Its fields are {enumerated(fields, len(fields))}." if fields else "Write keys and values."
    if isinstance(value, dict | list):
        return f"Write {misfit.shape.words}."
    if str in types:
        return "Put it in quotes."
    bare = value.strip().lower() if isinstance(value, str) else ""
    unquoted = bare in ("true", "false") if bool in types else bare.removeprefix("-").isdigit()
    return "Remove the quotes." if unquoted else f"Write {misfit.shape.words}."
