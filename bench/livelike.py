"""Generated manifests as they look in a cluster: pods with their sidecar, status and what controllers add."""

from collections.abc import Mapping
from typing import Any

_ENVIRONMENT = [
    "PILOT_CERT_PROVIDER",
    "CA_ADDR",
    "POD_NAME",
    "POD_NAMESPACE",
    "INSTANCE_IP",
    "SERVICE_ACCOUNT",
    "HOST_IP",
    "ISTIO_CPU_LIMIT",
    "PROXY_CONFIG",
    "ISTIO_META_POD_PORTS",
    "ISTIO_META_APP_CONTAINERS",
    "GOMEMLIMIT",
    "GOMAXPROCS",
    "ISTIO_META_CLUSTER_ID",
    "ISTIO_META_NODE_NAME",
    "ISTIO_META_INTERCEPTION_MODE",
    "ISTIO_META_WORKLOAD_NAME",
    "ISTIO_META_OWNER",
    "ISTIO_META_MESH_ID",
    "TRUST_DOMAIN",
]
_VOLUMES = [
    "workload-socket",
    "credential-socket",
    "workload-certs",
    "istio-envoy",
    "istio-data",
    "istio-podinfo",
    "istio-token",
]


def as_live(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object of a manifest as an API server has it."""
    return _pod(data) if data["kind"] == "Pod" else data


def _pod(data: Mapping[str, Any]) -> dict[str, Any]:
    name = data["metadata"]["name"]
    access = f"kube-api-access-{name[-5:]}"
    spec = data["spec"]
    if not any(container["name"] == "istio-proxy" for container in spec["containers"]):
        return {**data, "status": _status(data["spec"]["containers"])}
    containers = [_filled(container, access) for container in spec["containers"]]
    return {
        **data,
        "spec": {
            **spec,
            "containers": containers,
            "volumes": [
                *({"name": volume, "emptyDir": {"medium": "Memory"}} for volume in _VOLUMES),
                {"name": access, "projected": {"defaultMode": 420, "sources": [
                    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                    {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                ]}},
            ],
            "tolerations": [
                {"key": f"node.kubernetes.io/{why}", "operator": "Exists", "effect": "NoExecute"}
                for why in ("not-ready", "unreachable")
            ],
            "dnsPolicy": "ClusterFirst",
            "nodeName": f"node-{sum(name.encode()) % 100}",
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "terminationGracePeriodSeconds": 30,
        },
        "status": _status(containers),
    }  # fmt: skip


def _filled(container: Mapping[str, Any], access: str) -> dict[str, Any]:
    mounts = [{"name": access, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": True}]
    filled = {
        **container,
        "imagePullPolicy": "IfNotPresent",
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "volumeMounts": mounts,
    }
    if container["name"] == "istio-proxy":
        filled["env"] = [
            {"name": each, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}
            for each in _ENVIRONMENT
        ]
        filled["volumeMounts"] = [*({"name": each, "mountPath": f"/var/run/{each}"} for each in _VOLUMES), *mounts]
    return filled


def _status(containers: Any) -> dict[str, Any]:
    since = "2026-01-01T00:00:00Z"
    return {
        "phase": "Running",
        "qosClass": "Burstable",
        "hostIP": "10.0.0.7",
        "podIP": "10.1.2.3",
        "podIPs": [{"ip": "10.1.2.3"}],
        "startTime": since,
        "conditions": [
            {"type": each, "status": "True", "lastProbeTime": None, "lastTransitionTime": since}
            for each in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
        ],
        "containerStatuses": [
            {
                "name": container["name"],
                "image": container.get("image", ""),
                "imageID": f"{container.get('image', '')}@sha256:{'0' * 64}",
                "containerID": f"containerd://{'0' * 64}",
                "ready": True,
                "started": True,
                "restartCount": 0,
                "lastState": {},
                "state": {"running": {"startedAt": since}},
            }
            for container in containers
        ],
    }
