"""The pods of one workload run different versions of Linkerd's proxy.

Why: some of them were made before an upgrade of Linkerd and some after it. What one replica does another may not, and
a fault that depends on the version shows on some requests only.

Example:
    web-7c9d5b6f4d-kx2vl: cr.l5d.io/linkerd/proxy:edge-26.8.1
    web-7c9d5b6f4d-pq8zn: cr.l5d.io/linkerd/proxy:edge-25.4.4   # it has run since before the upgrade

Fix: restart the workload.

Silent when: all versions that are known are the same; a DaemonSet or StatefulSet that is being rolled out looks the
same, therefore this is an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, Severity, Workload, analyzer, restart_advice, top_owner
from meshctl.analysis.api.linkerdlive import by_workload, data_plane_pods, linkerd_proxy, pods_together, proxy_version


@analyzer("LKD203", "linkerd-proxy-versions-mixed", Severity.INFO, reads=(Pod, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for pods in by_workload(mesh, data_plane_pods(mesh)).values():
        versions: dict[str, list[Pod]] = {}
        for pod in pods:
            proxy = linkerd_proxy(pod)
            if version := proxy_version(proxy) if proxy else "":
                versions.setdefault(version, []).append(pod)
        if len(versions) > 1:
            top = top_owner(mesh, pods[0])
            kind, name = top.controller if top.controller[0] else (top.id.kind, top.name)
            fewest = min(sorted(versions.items()), key=lambda each: len(each[1]))[1]
            pod, names, others = pods_together(fewest, "is one of the fewer")
            counts = ", ".join(f"{len(those)} of {version}" for version, those in sorted(versions.items()))
            yield Claim(
                pod,
                ("metadata", "name"),
                f"The pods of {kind} {top.namespace}/{name} run different versions of Linkerd's proxy: {counts}; "
                f"the fewer are {names}.",
                fix=restart_advice(mesh, pod),
                related=others,
            )
