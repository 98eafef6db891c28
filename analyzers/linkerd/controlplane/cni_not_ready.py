"""Linkerd goes by its CNI plug-in, and that is not there or not ready on every node.

Why: with cniEnabled no init container redirects traffic: the plug-in does, when the network of a pod is made. On a node
without it pods with a proxy do not start, as linkerd-network-validator waits in vain.

Example:
    data:
      values: |
        cniEnabled: true   # and DaemonSet linkerd-cni has 2 of 3 pods ready

Fix: install the chart linkerd2-cni, or look at the pods of the DaemonSet: kubectl get pods -n linkerd-cni.

Silent when: cniEnabled is off; every node that should have it has a pod that is ready; the DaemonSet has no status.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, ConfigMap, MeshGraph, Missing, Severity, analyzer, integer
from meshctl.analysis.api.linkerdlive import CNI_LABEL, DaemonSet, linkerd_config_map, linkerd_values


@analyzer("LKD409", "linkerd-cni-not-ready", Severity.ERROR, reads=(ConfigMap, DaemonSet), absent=(DaemonSet,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    config = linkerd_config_map(mesh)
    if config is None or linkerd_values(mesh).get("cniEnabled") is not True:
        return
    plugins = [each for each in mesh.all(DaemonSet) if CNI_LABEL in each.labels or each.name == "linkerd-cni"]
    if not plugins:
        yield Claim(
            config,
            ("data", "values"),
            f"Linkerd has cniEnabled, and the DaemonSet linkerd-cni {ABSENT}: pods with a proxy do not start.",
            fix="Install the chart linkerd2-cni.",
            absent=Missing("DaemonSet", "linkerd-cni", DaemonSet.KINDS),
        )
    for plugin in plugins:
        desired = integer(plugin.status.get("desiredNumberScheduled"))
        ready = integer(plugin.status.get("numberReady")) or 0
        if desired is not None and ready < desired:
            yield Claim(
                plugin,
                ("metadata", "name"),
                f"The CNI plug-in of Linkerd is ready on {ready} of {desired} nodes: on the others, pods with a proxy "
                "do not start.",
                fix=f"Look at its pods: kubectl get pods -n {plugin.namespace} -o wide.",
            )
