"""What grew between two looks at the same proxies."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from msgspec import structs

from meshctl.model.proxystate import ProxyState


def grown(before: Iterable[ProxyState], now: Sequence[ProxyState]) -> tuple[ProxyState, ...]:
    """The states of now, with what was counted before; a proxy that has counted from zero since is as if seen once."""
    earlier = {(state.cluster, state.namespace, state.name): state for state in before}
    return tuple(_grown(earlier.get((state.cluster, state.namespace, state.name)), state) for state in now)


def _grown(before: ProxyState | None, now: ProxyState) -> ProxyState:
    if before is None or before.metrics is None or now.metrics is None:
        return now
    counts = {(d.server, d.route, d.client): d.number for d in before.metrics.denials}
    denials = [(d, counts.get((d.server, d.route, d.client), 0)) for d in now.metrics.denials]
    if any(since > denial.number for denial, since in denials):
        return now
    identity, own = before.metrics.identity, now.metrics.identity
    if identity and own and identity.failures <= own.failures:
        own = structs.replace(own, failures_before=identity.failures)
    told = tuple(structs.replace(denial, since=since) for denial, since in denials)
    return replace(now, metrics=structs.replace(now.metrics, identity=own, denials=told))
