"""What API servers call the lists of kinds, where there is no server to ask."""

from meshctl.model.ids import KindKey

_EXCEPTIONS = {
    KindKey("", "Endpoints"): "endpoints",
    KindKey("metrics.k8s.io", "PodMetrics"): "pods",
    KindKey("metrics.k8s.io", "NodeMetrics"): "nodes",
    **{
        KindKey("consul.hashicorp.com", kind): kind.lower()
        for kind in ("ExportedServices", "ProxyDefaults", "ServiceDefaults", "ServiceIntentions")
    },
}
# It stands in a ConfigMap.
_WITHOUT_LIST = {KindKey("", "MeshNetworks")}
# Its kinds are questions.
_REVIEWS = "authorization.k8s.io"


def plural(kind: KindKey) -> str:
    """The name of its list in addresses and roles, as `virtualservices`; by the usual rule for unknown kinds."""
    if known := _EXCEPTIONS.get(kind):
        return known
    word = kind.kind.lower()
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def has_list(kind: KindKey) -> bool:
    """Whether an API server can have a list of this kind."""
    return kind.group != _REVIEWS and kind not in _WITHOUT_LIST
