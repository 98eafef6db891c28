"""What a resource says that should be the same in clusters that are equal: few fields, each a short text.

A cluster has thousands of these, and a fleet has many clusters. So what is said is known by its digest, and each text
is kept once, in whichever clusters it is.
"""

import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from meshctl.graph.fields import numbered
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.envoyfilter import EnvoyFilter
from meshctl.graph.kinds.extensions import WasmPlugin
from meshctl.graph.kinds.gateway_api import KubernetesGateway, ReferenceGrant
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.networking import DestinationRule, Gateway, ProxyConfig, ServiceEntry, Sidecar, VirtualService
from meshctl.graph.kinds.policy import AuthorizationPolicy, PeerAuthentication, RequestAuthentication, Telemetry
from meshctl.graph.kinds.workload import Deployment
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.meshconfig import mesh_configs
from meshctl.graph.view import View
from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.sources.positions import FileOrigin
from meshctl.sources.redact import redact_value

POLICIES: tuple[type[View], ...] = (AuthorizationPolicy, PeerAuthentication, RequestAuthentication)
"""Kinds that decide who may reach what: a cluster that lacks one is open, or closed."""

RULES: tuple[type[View], ...] = (
    *(VirtualService, DestinationRule, Gateway, ServiceEntry, Sidecar, ProxyConfig, Telemetry, WasmPlugin, EnvoyFilter),
    *(KubernetesGateway, GatewayRoute, ReferenceGrant),
)
"""Kinds that lead traffic. They often change in one cluster after the other."""

COMPARED: tuple[type[View], ...] = (*POLICIES, *RULES, Service, Namespace, ConfigMap, Deployment)

Leaves = list[tuple[Path, str]]

_LONGEST = 80
_DIGEST = 12
_BETWEEN = "\t"
# What says which cluster of the fleet it is, and differs for that alone.
_OWN = frozenset({"ISTIO_META_CLUSTER_ID", "ISTIO_META_NETWORK", "ISTIO_META_DNS_PROXY_ADDR"})
_SERVICE_FIELDS = ("externalName", "publishNotReadyAddresses", "selector", "sessionAffinity", "type")
# What the API server adds where nobody said anything.
_SERVICE_DEFAULTS = {"sessionAffinity": "None", "type": "ClusterIP", "publishNotReadyAddresses": False}
_PORT_FIELDS = ("appProtocol", "name", "port", "protocol", "targetPort")
_MESH_LABELS = ("istio-injection", "istio.io", "linkerd.io", "consul.hashicorp.com")
_OURS = "ignore.meshctl.dev/"
_SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease", "local-path-storage"})


def identity_text(identity: ResourceId) -> str:
    """An identity without its cluster, as the key of a summary."""
    return _BETWEEN.join(identity[1:])


def identity_of(text: str, cluster: str) -> ResourceId:
    """The identity in a cluster that has such a key."""
    return ResourceId(cluster, *text.split(_BETWEEN, 3))


def compared(mesh: MeshGraph) -> Iterator[tuple[View, Leaves]]:
    """Each resource that clusters are compared by, with what is compared of it."""
    for kind, leaves in _READERS.items():
        for view in mesh.all(kind):
            if view.cluster in mesh.clusters and view.id.home not in _SYSTEM:
                yield view, leaves(view)
    for config in mesh_configs(mesh).values():
        if config.source is not None:
            yield config.source, _leaves(config.fields, ("data", "mesh"))
    for deployment in mesh.all(Deployment):
        if deployment.cluster in mesh.clusters and deployment.labels.get("app") == "istiod":
            yield deployment, _version(deployment)


def digest(body: bytes) -> str:
    """A short name for what is said: as long as no two of a fleet are the same."""
    return urlsafe_b64encode(blake2b(body, digest_size=_DIGEST).digest()).decode()


def encoded(leaves: Leaves) -> bytes:
    """The body of a summary: the same bytes for the same fields."""
    return msgspec.json.encode(leaves)


def decoded(body: bytes) -> Leaves:
    """What `encoded` wrote."""
    return msgspec.json.decode(body, type=Leaves)


def encoded_places(views: Mapping[str, View]) -> bytes:
    """Where each of these stands, by its key: the file and the first line of its document."""
    places: dict[str, dict[str, int]] = {}
    for key, view in views.items():
        if isinstance(origin := view.resource.origin, FileOrigin):
            places.setdefault(origin.source.name, {})[key] = origin.line + _lines_before(origin)
    return zlib.compress(msgspec.json.encode(places), 1) if places else b""


def _lines_before(origin: FileOrigin) -> int:
    """How many lines of its document come before what says anything: the mark of its beginning, and comments."""
    lines, place, data = 0, origin.start, origin.source.data
    while place < origin.end and data[place : place + 1] in (b"-", b"#", b"\n", b"\r"):
        if data[place : place + 2] == b"- ":
            break
        end = data.find(b"\n", place)
        if end < 0:
            break
        lines, place = lines + 1, end + 1
    return lines


def decoded_places(data: bytes) -> Mapping[str, Location]:
    """What `encoded_places` wrote."""
    if not data:
        return {}
    files = msgspec.json.decode(zlib.decompress(data), type=dict[str, dict[str, int]])
    return {key: Location(file, line, 1, line, 2) for file, lines in files.items() for key, line in lines.items()}


def our_annotations(view: View) -> Mapping[str, str]:
    """The annotations that speak to us."""
    return {key: value for key, value in view.annotations.items() if key.startswith(_OURS)}


def _specified(view: View) -> Leaves:
    return _leaves(view.spec, ("spec",))


def _service(view: View) -> Leaves:
    kept: dict[str, Any] = {
        key: value
        for key in _SERVICE_FIELDS
        if (value := view.spec.get(key)) is not None and value != _SERVICE_DEFAULTS.get(key)
    }
    if view.spec.get("clusterIP") == "None":
        kept["clusterIP"] = "None"
    ports = [_port(port) for _, port in numbered(view.spec.get("ports"))]
    # Their order says nothing.
    kept["ports"] = sorted(ports, key=lambda port: (str(port.get("port")), str(port.get("name"))))
    return [*_leaves(kept, ("spec",)), *_mesh_metadata(view)]


def _port(port: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: port[key] for key in _PORT_FIELDS if port.get(key) is not None}
    if kept.get("protocol") == "TCP":
        del kept["protocol"]
    if kept.get("targetPort") == kept.get("port"):
        kept.pop("targetPort", None)
    return kept


def _mesh_metadata(view: View) -> Leaves:
    """The labels and annotations that a mesh reads."""
    return [
        (("metadata", part, key), _text(value))
        for part, values in (("labels", view.labels), ("annotations", view.annotations))
        for key, value in sorted(values.items())
        if key == _MESH_LABELS[0] or key.partition("/")[0].endswith(_MESH_LABELS[1:])
    ]


def _version(deployment: Deployment) -> Leaves:
    """The version of a control plane; from where its image is fetched is each cluster's own business."""
    return [
        ((*container.path, "image"), container.image.rpartition(":")[2])
        for container in deployment.containers
        if container.name == "discovery"
    ]


_READERS: Mapping[type[View], Callable[[View], Leaves]] = {
    **dict.fromkeys((*POLICIES, *RULES), _specified),
    Service: _service,
    Namespace: _mesh_metadata,
}


def _leaves(value: Any, path: Path) -> Leaves:
    """Every scalar below a value, in the order of its paths, without secrets."""
    return list(_walk(redact_value(value, str(path[-1])), path))


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping):
        if not value:
            yield path, "{}"
        for key in sorted(value, key=str):
            if key not in _OWN:
                yield from _walk(value[key], (*path, str(key)))
    elif isinstance(value, list | tuple):
        if not value:
            yield path, "[]"
        for position, item in enumerate(value):
            yield from _walk(item, (*path, position))
    elif value is not None:
        yield path, _text(_scalar(value))


def _scalar(value: Any) -> str:
    """A scalar as YAML has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(value: str) -> str:
    """A short text as it is; of a long one enough to tell it apart."""
    if len(value) <= _LONGEST:
        return value
    return f"{value[: _LONGEST - 20]}... ({digest(value.encode(errors='surrogatepass'))[:8]})"
