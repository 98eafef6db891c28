"""What is not looked at: EnvoyFilters, which may change anything in a proxy on the way."""

from collections.abc import Mapping

from meshctl.graph.kinds.envoyfilter import EnvoyFilter
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.trace.leg import Leg
from meshctl.graph.trace.steps import Stage

_SHOWN = 3


def tell_filters(leg: Leg, stage: Stage, context: str, namespace: str, carried: Mapping[str, str]) -> None:
    """Names the EnvoyFilters for the proxies of some pods; `context` is as patches have it, SIDECAR_INBOUND say."""
    root = mesh_config(leg.mesh).root_namespace
    found = [
        source
        for source in leg.mesh.all(EnvoyFilter)
        if source.applies_to(namespace, carried, root)
        and any(patch.context in ("ANY", context) for patch in source.patches)
    ]
    if found:
        names = ", ".join(str(source.id) for source in found[:_SHOWN]) + (" and others" if found[_SHOWN:] else "")
        verb = "changes" if len(found) == 1 else "change"
        leg.note(stage, f"{names} {verb} this proxy in a way that is not looked at.", found[0], ("spec",))
