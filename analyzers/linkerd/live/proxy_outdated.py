"""Linkerd's proxies are of another version than the control plane.

Why: an upgrade of Linkerd does not touch pods that run. Their proxies stay as they are until the workloads are
restarted, and sooner or later do not understand the control plane any more, or it them.

Example:
    image: cr.l5d.io/linkerd/proxy:edge-25.4.4   # and linkerd-config says linkerdVersion: edge-26.8.1

Fix: restart the workloads, so that they get the proxy of the control plane.

Silent when: the version of one of the two is not known (an image with a digest alone), or the annotation
config.linkerd.io/proxy-version of the pod or of its namespace, or proxy.image.version of the installation, asks for
this one. Proxies of one version are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, ConfigMap, MeshGraph, Namespace, Pod, Severity, analyzer
from meshctl.analysis.api.linkerdlive import (
    PROXY_VERSION,
    data_plane_pods,
    installed_version,
    linkerd_proxy,
    pods_together,
    proxy_version,
    told,
)


@analyzer("LKD202", "linkerd-proxy-outdated", Severity.WARNING, reads=(Pod, Namespace, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    expected = installed_version(mesh)
    if not expected:
        return
    found: dict[str, list[Pod]] = {}
    for pod in data_plane_pods(mesh):
        proxy = linkerd_proxy(pod)
        version = proxy_version(proxy) if proxy else ""
        if version not in ("", expected):
            asked = told(mesh, pod, PROXY_VERSION)
            if asked is None or asked.value != version:
                found.setdefault(version, []).append(pod)
    for version, pods in sorted(found.items()):
        pod, names, others = pods_together(pods, "has that version too")
        who = "A proxy is" if len(pods) == 1 else f"{len(pods)} proxies are"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} of version {version} and the control plane would inject {expected}: {names}. They stay so until "
            "their pods are made anew.",
            fix="Restart the workloads: new pods get the proxy of the control plane.",
            related=others,
            key=(version,),
        )
