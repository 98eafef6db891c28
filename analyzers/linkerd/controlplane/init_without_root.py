"""Linkerd's init container runs without root on nodes whose container runtime is Docker.

Why: with Docker, capabilities such as NET_ADMIN are not given to processes of other users than root. linkerd-init
cannot write its rules there, and pods with a proxy do not start.

Example:
    kind: Node
    status: {nodeInfo: {containerRuntimeVersion: docker://19.3.1}}   # and Linkerd has proxyInit.runAsRoot: false

Fix: upgrade Linkerd with proxyInit.runAsRoot=true, or move the nodes to containerd.

Silent when: Linkerd uses its CNI plug-in, or no Node of the input runs Docker.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, ConfigMap, MeshGraph, Node, Severity, analyzer, enumerated, mapping
from meshctl.analysis.api.linkerdlive import docker_nodes, linkerd_config_map, linkerd_values


@analyzer("LKD410", "linkerd-init-without-root", Severity.ERROR, reads=(ConfigMap, Node))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    config, values, nodes = linkerd_config_map(mesh), linkerd_values(mesh), docker_nodes(mesh)
    if config is None or not nodes or values.get("cniEnabled") is True:
        return
    if mapping(values.get("proxyInit")).get("runAsRoot") is not False:
        return
    names = enumerated((node.name for node in nodes), len(nodes))
    yield Claim(
        config,
        ("data", "values"),
        "proxyInit.runAsRoot of Linkerd is false, and "
        f"{'a node runs' if len(nodes) == 1 else f'{len(nodes)} nodes run'} Docker ({names}): linkerd-init fails.",
        fix="Upgrade Linkerd with proxyInit.runAsRoot=true, or move these nodes to containerd.",
        related=tuple(Also(node, ("metadata", "name"), "runs Docker") for node in nodes[:3]),
    )
