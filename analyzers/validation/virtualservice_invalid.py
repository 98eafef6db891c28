"""A VirtualService has a value that Istio refuses.

Why: with Istio's webhook in place the API server rejects it, so it never arrives. Without it istiod leaves out the
route or the whole VirtualService, and requests go elsewhere.

Example:
    http:
    - route:
      - destination: {host: reviews}
      retries: {attempts: 3, retryOn: 5XX}   # it is 5xx

Fix: the finding names the value, why it is refused and what is allowed.

Silent when: the value is of another type altogether, or names something that does not exist: other checks say that.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, VirtualService, analyzer, refused


@analyzer("IST0106", "virtualservice-invalid", Severity.ERROR, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, VirtualService)
