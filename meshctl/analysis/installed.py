"""Which meshes a server knows, by the groups of its kinds."""

import re
from collections.abc import Iterable, Mapping

from meshctl.model.ids import KindKey
from meshctl.sources.cluster.discovery import Served

MESHES: Mapping[str, str] = {
    "Istio": r"(.+\.)?istio\.io",
    "Gateway API": r"gateway\.networking(\.x-k8s|\.k8s)\.io",
    "Linkerd": r"(.+\.)?linkerd\.io",
    "Consul": r"(.+\.)?consul\.hashicorp\.com",
    "SMI": r".+\.smi-spec\.io",
}
MARKERS = frozenset(
    {
        KindKey("policy.linkerd.io", "Server"),
        KindKey("policy.linkerd.io", "AuthorizationPolicy"),
        KindKey("linkerd.io", "ServiceProfile"),
        KindKey("multicluster.linkerd.io", "Link"),
        KindKey("consul.hashicorp.com", "ServiceDefaults"),
        KindKey("consul.hashicorp.com", "ServiceIntentions"),
        KindKey("split.smi-spec.io", "TrafficSplit"),
        KindKey("access.smi-spec.io", "TrafficTarget"),
    }
)
"""Kinds that tell which other meshes are installed."""


def installed(served: Iterable[Served]) -> dict[str, list[str]]:
    """For each mesh that is there its groups with their versions, as `networking.istio.io/v1,v1beta1`."""
    found: dict[str, dict[str, set[str]]] = {}
    for kind in served:
        for mesh, pattern in MESHES.items():
            if re.fullmatch(pattern, kind.key.group):
                found.setdefault(mesh, {}).setdefault(kind.key.group, set()).add(kind.version)
    return {
        mesh: [f"{group}/{','.join(sorted(versions))}" for group, versions in sorted(found[mesh].items())]
        for mesh in MESHES
        if mesh in found
    }
