"""Which connections failed between two looks at the same proxies of Consul."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from msgspec import structs

from meshctl.model.proxystate import ProxyState


def grown(before: Iterable[ProxyState], now: Sequence[ProxyState]) -> tuple[ProxyState, ...]:
    """The states of now, with what was counted before; a proxy that has counted from zero since is as if seen once."""
    earlier = {(state.cluster, state.namespace, state.name): state for state in before if state.consul}
    return tuple(_grown(earlier.get((state.cluster, state.namespace, state.name)), state) for state in now)


def _grown(before: ProxyState | None, now: ProxyState) -> ProxyState:
    if before is None or before.consul is None or now.consul is None:
        return now
    counts = {target.name: target.failures for target in before.consul.targets}
    if any(counts.get(target.name, 0) > target.failures for target in now.consul.targets):
        return now
    told = tuple(structs.replace(t, failures_before=counts.get(t.name)) for t in now.consul.targets)
    return replace(now, consul=structs.replace(now.consul, targets=told))
