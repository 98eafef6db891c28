"""Which proxy an answer is of: what stands in the node of its bootstrap."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SIDECAR = "-sidecar-proxy"


@dataclass(frozen=True, slots=True)
class Identity:
    """A proxy as it names itself to its control plane; empty where it does not say.

    `kind` is sidecar, router, waypoint or ztunnel; `node_id` is `sidecar~IP~POD.NAMESPACE~DNS-DOMAIN`; `version` is
    Istio's, `envoy_version` Envoy's own; `labels` are the pod's. `consul` says that it is one of Consul's, which names
    itself by pod and service, and not by the namespace of Kubernetes: its version is that of Envoy.
    """

    pod: str
    namespace: str
    node_id: str = ""
    kind: str = ""
    ip: str = ""
    version: str = ""
    envoy_version: str = ""
    cluster: str = ""
    workload: str = ""
    revision: str = ""
    interception: str = ""
    network: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, compare=False)
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    consul: bool = False


def identity_of_node(node: Mapping[str, Any]) -> Identity | None:
    """The identity in a node of Envoy's; None where its id is one that neither Istio nor Consul gives."""
    node_id = _text(node.get("id"))
    kind, ip, pod, namespace = split_node_id(node_id)
    metadata = node.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    pod, namespace = pod or _text(metadata.get("NAME")), namespace or _text(metadata.get("NAMESPACE"))
    if not pod:
        return _of_consul(node, node_id, metadata)
    labels = metadata.get("LABELS")
    return Identity(
        pod=pod,
        namespace=namespace,
        node_id=node_id,
        kind=kind,
        ip=ip,
        version=_text(metadata.get("ISTIO_VERSION")),
        envoy_version=_envoy_version(node),
        cluster=_text(metadata.get("CLUSTER_ID")),
        workload=_text(metadata.get("WORKLOAD_NAME")),
        revision=_revision(metadata),
        interception=_text(metadata.get("INTERCEPTION_MODE")),
        network=_text(metadata.get("NETWORK")),
        labels={k: v for k, v in labels.items() if isinstance(v, str)} if isinstance(labels, dict) else {},
        metadata=metadata,
    )


def _of_consul(node: Mapping[str, Any], node_id: str, metadata: Mapping[str, Any]) -> Identity | None:
    """One of Consul's: a sidecar is called `POD-SERVICE-sidecar-proxy`, a gateway as its pod."""
    if not node_id or "~" in node_id or not {"namespace", "partition"} <= metadata.keys():
        return None
    service = _text(node.get("cluster")).removesuffix(_SIDECAR)
    sidecar = node_id.endswith(_SIDECAR)
    version = _envoy_version(node)
    return Identity(
        pod=node_id.removesuffix(_SIDECAR).removesuffix(f"-{service}") if sidecar else node_id,
        namespace="",
        node_id=node_id,
        kind="sidecar" if sidecar else "router",
        version=version,
        envoy_version=version,
        workload=service,
        metadata=metadata,
        consul=True,
    )


def split_node_id(node_id: str) -> tuple[str, str, str, str]:
    """Kind, IP, pod and namespace in `sidecar~10.1.2.3~web-1.shop~shop.svc.cluster.local`; empty texts otherwise."""
    parts = node_id.split("~")
    if len(parts) != 4:
        return "", "", "", ""
    pod, namespace = split_proxy_id(parts[2])
    return parts[0], parts[1], pod, namespace


def split_proxy_id(proxy: str) -> tuple[str, str]:
    """Pod and namespace in `web-1.shop`: a namespace has no dot, a pod's name may have some."""
    pod, _, namespace = proxy.rpartition(".")
    return (pod, namespace) if pod else (namespace, "")


def _revision(metadata: Mapping[str, Any]) -> str:
    labels, annotations = metadata.get("LABELS"), metadata.get("ANNOTATIONS")
    for found in (annotations, labels):
        if isinstance(found, dict) and (revision := _text(found.get("istio.io/rev"))):
            return revision
    return ""


def _envoy_version(node: Mapping[str, Any]) -> str:
    build = node.get("user_agent_build_version")
    version = build.get("version") if isinstance(build, dict) else None
    if not isinstance(version, dict):
        return ""
    return ".".join(str(version.get(f"{part}_number", 0)) for part in ("major", "minor")) + (
        f".{version['patch']}" if version.get("patch") else ".0"
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
