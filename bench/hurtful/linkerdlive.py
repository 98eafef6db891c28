"""Pods with Linkerd's proxy as a cluster has them, links to other clusters and what they mirror."""

from bench.hurtful.manifests import BASE, documents, resource

_CONTROL_PLANE = f"""{BASE}---
apiVersion: v1
kind: ConfigMap
metadata: {{name: linkerd-config, namespace: linkerd}}
data: {{values: 'linkerdVersion: edge-26.8.1'}}
"""


def linkerd_pods(n: int) -> str:
    """Pods of one workload whose proxies are old, not ready and do not start, in turns."""
    owner = "ownerReferences: [{kind: ReplicaSet, name: web-1, controller: true}]"
    labels = "labels: {app: web, linkerd.io/control-plane-ns: linkerd}"

    def one(i: int) -> str:
        container = f'{{name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:edge-25.{i % 9 + 1}.1"}}'
        status = (
            "phase: Running, podIP: 203.0.113.1, containerStatuses: [{name: linkerd-proxy, ready: false}], "
            "initContainerStatuses: [{name: linkerd-init, state: {terminated: {exitCode: 1}}}]"
        )
        spec = f"spec: {{containers: [{{name: web, image: web:1}}, {container}]}}\nstatus: {{{status}}}"
        return resource("v1", "Pod", f"w{i}", spec, f", {labels}, {owner}")

    return documents(one, n, _CONTROL_PLANE)


def linkerd_mirror_services(n: int) -> str:
    """Mirror Services of clusters that there are no Links to, and Links to others."""

    def one(i: int) -> str:
        if i % 2:
            spec = f"spec: {{targetClusterName: c{i}, clusterCredentialsSecret: s{i}}}"
            return resource("multicluster.linkerd.io/v1alpha3", "Link", f"l{i}", spec)
        labels = f'mirror.linkerd.io/mirrored-service: "true", mirror.linkerd.io/cluster-name: c{i % 100}'
        return resource("v1", "Service", f"m{i}", "spec: {ports: [{port: 80}]}", f", labels: {{{labels}}}")

    return documents(one, n)


def linkerd_opaque_ports(n: int) -> str:
    """Pods with one Service that takes other ports for opaque, and Services without pods."""
    annotations = ', annotations: {config.linkerd.io/opaque-ports: "80"}'

    def one(i: int) -> str:
        if i % 2:
            spec = f"spec: {{selector: {{app: w{i}}}, ports: [{{port: 80}}]}}"
            return resource("v1", "Service", f"s{i}", spec, annotations)
        labels = "labels: {app: web, linkerd.io/control-plane-ns: linkerd}"
        return resource("v1", "Pod", f"w{i}", "spec: {containers: [{name: web, image: web:1}]}", f", {labels}")

    return documents(one, n)
