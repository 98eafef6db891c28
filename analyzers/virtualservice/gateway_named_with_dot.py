"""A VirtualService names its Gateway in the old spelling, with a dot.

Why: `name.namespace` is taken as it was years ago. It is easily read as a host or as a name with a dot in it, and it is
no longer documented.

Example:
    kind: VirtualService
    spec:
      gateways: [public.istio-system]

Fix: write `namespace/name`.

Silent when: the Gateway does not exist, which IST0101 says.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, Gateway, MeshGraph, Severity, VirtualService, analyzer, gateway_reference


@analyzer("KIA1108", "virtualservice-gateway-named-with-dot", Severity.INFO, reads=(VirtualService, Gateway))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for vs in mesh.all(VirtualService):
        for i, written in vs.gateways:
            if "." in written and "/" not in written:
                namespace, name = gateway_reference(written, vs.namespace)
                if mesh.get(Gateway, namespace, name):
                    yield Claim(
                        vs,
                        ("spec", "gateways", i),
                        f"{written} is an old spelling of the Gateway {namespace}/{name}.",
                        fix=f"Write {namespace}/{name}.",
                    )
