"""A VirtualService uses something that Istio takes, but advises against.

Why: it is deprecated, or does not do what it seems to: a fault without status aborts nothing, a large answer is kept
in the memory of every proxy.

Example:
    http:
    - route: [{destination: {host: reviews}}]
      mirror: {host: shadow}
      mirrorPercent: 10   # mirrorPercentage: {value: 10}

Fix: use what the finding names instead.

Silent when: the value is refused: that is `virtualservice-invalid`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, VirtualService, advised_against, analyzer


@analyzer("IST0133", "virtualservice-questionable", Severity.WARNING, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, VirtualService)
