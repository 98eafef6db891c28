"""A proxy is of a version that its control plane does not support.

Why: istiod supports proxies of its own minor version and of the one before. An older one may not understand what it
gets, and a newer one may expect what istiod does not send.

Example:
    image: istio/proxyv2:1.26.0   # and istiod runs 1.29.1

Fix: restart the workloads, so that their pods get the proxy of their control plane; upgrade istiod before proxies.

Silent when: one of the versions is not known, or is no release. Proxies of one version are one finding for each
version of the control plane.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Pod,
    ProxyState,
    Severity,
    analyzer,
    control_plane_versions,
    minor,
    together,
)

BEHIND = 1


@analyzer("MSH205", "proxy-version-skew", Severity.WARNING, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if not mesh.facts.states:
        return
    versions = control_plane_versions(mesh)
    skewed: dict[tuple[str, str, str], list[ProxyState]] = {}
    for state in mesh.facts.states:
        if not state.is_istios:
            continue
        served_by = state.control_plane_version or versions.get(state.control_plane) or versions[""]
        proxy, control_plane = minor(state.version), minor(served_by)
        if not proxy or not control_plane or proxy[0] != control_plane[0]:
            continue
        behind = control_plane[1] - proxy[1]
        if behind < 0:
            skewed.setdefault((state.version, served_by, "newer than"), []).append(state)
        elif behind > BEHIND:
            words = f"{behind} minor versions behind"
            skewed.setdefault((state.version, served_by, words), []).append(state)
    for (version, served_by, words), states in skewed.items():
        pod, names, others = together(mesh, states, "has that version too")
        who = "A proxy" if len(states) == 1 else f"{len(states)} proxies"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} of version {version} {'is' if len(states) == 1 else 'are'} {words} the control plane "
            f"({served_by}), which is not supported: {names}.",
            fix="Upgrade istiod first."
            if words == "newer than"
            else "Restart the workloads: new pods get its version.",
            related=others,
            key=(version, served_by),
        )
