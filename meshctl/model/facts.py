"""What was seen of the running proxies, beside the resources."""

from dataclasses import dataclass

from meshctl.model.difference import Difference
from meshctl.model.latency import RouteLatency
from meshctl.model.proxystate import ControlPlaneState, ProxyState
from meshctl.model.usage import NamespaceUse, ProxyUse


@dataclass(frozen=True, slots=True)
class Facts:
    """What `meshctl.proxy` found out; empty where no proxy was asked. Checks about proxies read nothing else."""

    states: tuple[ProxyState, ...] = ()
    control_planes: tuple[ControlPlaneState, ...] = ()
    differences: tuple[Difference, ...] = ()
    latencies: tuple[RouteLatency, ...] = ()
    proxy_uses: tuple[ProxyUse, ...] = ()
    namespace_uses: tuple[NamespaceUse, ...] = ()
