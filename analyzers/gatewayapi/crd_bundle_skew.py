"""The CRDs of the Gateway API in a cluster are of different releases.

Why: they are made and tested together. With some of an older release, fields that the others need are dropped without a
word, or a controller does not start: somebody installed a part of a release, or several tools bring CRDs of their own.

Example:
    kind: CustomResourceDefinition
    metadata:
      name: grpcroutes.gateway.networking.k8s.io
      annotations:
        gateway.networking.k8s.io/bundle-version: v1.1.0   # the others are of v1.4.0

Fix: install all CRDs of one release, by one tool.

Silent when: all are of one release, or do not say of which. Those that Istio finds too old are IST0176; mixed channels
of one release are in order.
"""

from collections import Counter
from collections.abc import Iterator

from meshctl.analysis.api import (
    GATEWAY_API,
    GATEWAY_API_BUNDLE,
    Claim,
    CustomResourceDefinition,
    MeshGraph,
    Severity,
    analyzer,
    too_old,
)


@analyzer("GWA505", "gateway-api-crd-bundle-skew", Severity.WARNING, reads=(CustomResourceDefinition,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    ours = [d for d in mesh.all(CustomResourceDefinition) if d.defines.group == GATEWAY_API]
    releases = Counter(release for d in ours if (release := d.annotations.get(GATEWAY_API_BUNDLE)))
    if len(releases) < 2:
        return
    most, count = max(releases.items(), key=lambda item: (item[1], item[0]))
    for definition in ours:
        release = definition.annotations.get(GATEWAY_API_BUNDLE, most)
        if release != most and not too_old(definition):
            yield Claim(
                definition,
                ("metadata", "annotations", GATEWAY_API_BUNDLE),
                f"This CRD is of release {release} of the Gateway API, and {count} others are of {most}.",
                fix="Install all CRDs of one release.",
            )
