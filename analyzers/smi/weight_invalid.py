"""The weights of a TrafficSplit cannot be used.

Why: a weight is a whole number that is not negative; version v1alpha1 also takes quantities such as `500m`. The API
server refuses anything else or the controller ignores the split. If all weights are 0, no backend gets anything and
requests fail.

Example:
    kind: TrafficSplit
    spec:
      service: web
      backends:
      - {service: web-v1, weight: 90%}

Fix: write whole numbers; only their relation matters, so they need not add up to 100.

Silent when: each weight can be read and one of them is above 0.
"""

from collections.abc import Iterator
from fractions import Fraction

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer, integer, quantity
from meshctl.analysis.api.smi import TrafficSplit


@analyzer("SMI104", "split-weight-invalid", Severity.ERROR, reads=(TrafficSplit,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for split in mesh.all(TrafficSplit):
        weights = [_weight(backend.weight, split.resource.version) for backend in split.backends]
        for backend, weight in zip(split.backends, weights, strict=True):
            if weight is None:
                yield Claim(
                    split,
                    (*backend.path, "weight"),
                    f"{backend.weight!r} is no weight: the split of {split.root} is refused, or its backend left out.",
                    fix="Write a whole number of 0 or more.",
                )
        if weights and None not in weights and not any(weights):
            yield Claim(
                split,
                ("spec", "backends"),
                f"All backends of {split.root} have the weight 0: nobody gets its requests.",
                fix="Give at least one backend a weight above 0.",
                severity=Severity.WARNING,
            )


def _weight(written: object, version: str) -> Fraction | int | None:
    """The weight; None for what is none. Where it is left out, it is 0."""
    if version == "v1alpha1":
        found = quantity(written) if written is not None else Fraction(0)
        return found if found is not None and found >= 0 else None
    number = integer(written) if written is not None else 0
    return number if number is not None and number >= 0 else None
