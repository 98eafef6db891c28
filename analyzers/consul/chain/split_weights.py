"""The weights of a ServiceSplitter do not make up 100.

Why: they are percentages. Consul's webhook refuses a ServiceSplitter whose weights have another sum, or one with a
weight that is neither 0 nor from 0.01 to 100.

Example:
    kind: ServiceSplitter
    spec:
      splits:
      - {weight: 90, serviceSubset: v1}
      - {weight: 20, serviceSubset: v2}

Fix: correct the weights; leave out a split that is to get nothing, or write 0.

Silent when: the sum is 100.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import ServiceSplitter, entry_number


@analyzer("CSL204", "consul-split-weights", Severity.ERROR, reads=(ServiceSplitter,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for splitter in mesh.all(ServiceSplitter):
        weights = [entry_number(weight) or 0.0 for weight, _ in splitter.splits]
        odd = False
        for weight, (_, split) in zip(weights, splitter.splits, strict=True):
            if weight != 0 and not 0.01 <= weight <= 100:
                odd = True
                yield Claim(
                    splitter,
                    (*split.path, "weight"),
                    f"A weight is a percentage from 0.01 to 100, not {weight:g}: Consul refuses this ServiceSplitter.",
                    fix="Correct the weight.",
                )
        if weights and not odd and abs(sum(weights) - 100) > 0.001:
            yield Claim(
                splitter,
                ("spec", "splits"),
                f"The weights make up {sum(weights):g} and not 100: Consul refuses this ServiceSplitter.",
                fix="Make their sum 100.",
                on_key=True,
            )
