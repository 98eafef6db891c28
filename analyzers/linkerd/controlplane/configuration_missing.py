"""The configuration or the trust anchors of a Linkerd control plane are missing, or cannot be read.

Why: linkerd-config is what upgrades and the CLI go by; linkerd-identity-trust-roots is mounted by linkerd-identity and
by the other parts of the control plane, whose pods do not start without it.

Example:
    kind: Deployment
    metadata: {name: linkerd-identity, namespace: linkerd}   # and there is no ConfigMap linkerd-config in linkerd

Fix: install or upgrade the control plane once more, with the values that it had.

Silent when: both are there or made by a Bundle of trust-manager, and the values are YAML.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    Deployment,
    MeshGraph,
    Missing,
    Severity,
    analyzer,
    yaml_mapping,
)
from meshctl.analysis.api.linkerdlive import CONFIG_MAP, ROOTS, TrustBundle, control_plane


@analyzer(
    "LKD401",
    "linkerd-configuration-missing",
    Severity.ERROR,
    reads=(Deployment, ConfigMap, TrustBundle),
    absent=(ConfigMap,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    first = min(control_plane(mesh).values(), key=lambda d: d.name, default=None)
    if first is None:
        return
    made = {bundle.name for bundle in mesh.all(TrustBundle)}
    for name in (CONFIG_MAP, ROOTS):
        if mesh.get(ConfigMap, first.namespace, name) is None and name not in made:
            yield Claim(
                first,
                ("metadata", "namespace"),
                f"Linkerd's control plane runs in namespace {first.namespace}, and its ConfigMap {name} {ABSENT}.",
                fix="Install or upgrade the control plane once more, with the values that it had.",
                absent=Missing("ConfigMap", name, ConfigMap.KINDS, first.namespace),
            )
    config = mesh.get(ConfigMap, first.namespace, CONFIG_MAP)
    if config and yaml_mapping(config.entries.get("values", "")) is None:
        yield Claim(
            config,
            ("data", "values") if "values" in config.entries else ("metadata", "name"),
            f"ConfigMap {config.full_name} has no values that can be read: nobody knows how Linkerd is set up.",
            fix="Upgrade the control plane once more, with the values that it had.",
        )
