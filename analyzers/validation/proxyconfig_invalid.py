"""A ProxyConfig has a value that Istio refuses.

Why: the settings of the mesh stay in force for its pods, and nothing in the pods tells why.

Example:
    selector:
      matchLabels: {app: shop-*}   # labels have no wildcards
    concurrency: 2

Fix: name the labels as pods carry them; concurrency is a number from 0 on, 0 for all cores.

Silent when: an environment variable has a name that the proxy does not know.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, ProxyConfig, Severity, analyzer, refused


@analyzer("IST0106", "proxyconfig-invalid", Severity.ERROR, reads=(ProxyConfig,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, ProxyConfig)
