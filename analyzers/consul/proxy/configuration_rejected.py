"""A proxy of Consul refuses configuration that the servers send.

Why: Envoy keeps the last configuration that it could use. No later change of that part reaches it: new services,
intentions and endpoints are not there, and a new pod gets nothing at all.

Example:
    "error_state": {"details": "... unknown fields in ..."}   # in /config_dump, of a listener

Fix: look for what it is made from: an EnvoyExtension of ServiceDefaults or ProxyDefaults, `envoy_listener_json` or
other escape hatches in proxy-config-map, or an Envoy that is older than the servers suppose.

Silent when: nothing was refused. Where it was only counted, and whether it still stands is not observable, it is an
info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, ProxyState, Severity, analyzer, configuration_words, together

_FIX = "Look at the extensions and escape hatches in ServiceDefaults, ProxyDefaults and annotations, and at versions."


@analyzer("CSL502", "consul-configuration-rejected", Severity.ERROR, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    found: dict[tuple[str, str, str, bool], list[ProxyState]] = {}
    for state in mesh.facts.states:
        for each in state.rejections if state.consul else ():
            found.setdefault((each.type, each.resource, each.reason, each.past), []).append(state)
    for (kind, resource, reason, past), states in found.items():
        pod, names, others = together(mesh, states, "refuses it too")
        what = f"{configuration_words(kind)} ({resource})" if resource else configuration_words(kind)
        who = "A proxy" if len(states) == 1 else f"{len(states)} proxies"
        refuses = "refused" if past else "refuses" if len(states) == 1 else "refuse"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} {refuses} {what}: {names}. "
            + (f"It was {reason}, and whether it still does is not observable." if past else f"Envoy says: {reason}"),
            fix="Watch whether the counter update_rejected grows." if past else _FIX,
            related=others,
            severity=Severity.INFO if past else None,
            key=(kind, resource, "past" if past else ""),
        )
