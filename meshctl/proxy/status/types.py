"""Types of configuration by their short names, and times as they are written."""

from datetime import UTC, datetime

SHORT = {
    "envoy.config.cluster.v3.Cluster": "CDS",
    "envoy.config.listener.v3.Listener": "LDS",
    "envoy.config.route.v3.RouteConfiguration": "RDS",
    "envoy.config.endpoint.v3.ClusterLoadAssignment": "EDS",
    "envoy.extensions.transport_sockets.tls.v3.Secret": "SDS",
    "envoy.config.core.v3.TypedExtensionConfig": "ECDS",
    "istio.networking.nds.v1.NameTable": "NDS",
    "istio.mesh.v1alpha1.ProxyConfig": "PCDS",
    "istio.workload.Address": "WDS",
    "istio.workload.Workload": "WDS",
    "istio.security.Authorization": "WADS",
}
ORDER = ("CDS", "LDS", "RDS", "EDS", "SDS", "ECDS", "NDS", "PCDS", "WDS", "WADS")


def short_type(url: str) -> str:
    """`LDS` for the URL of listeners; the last part of the name for a type that has no short name."""
    name = url.rpartition("/")[2]
    return SHORT.get(name) or name.rpartition(".")[2]


def place(type_name: str) -> tuple[int, str]:
    """The order in which types stand."""
    return (ORDER.index(type_name), "") if type_name in ORDER else (len(ORDER), type_name)


def time_of(text: object) -> datetime | None:
    """A time as Go and protobuf write it; None for Go's year 1, which means never."""
    if not isinstance(text, str) or text.startswith("0001-"):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
