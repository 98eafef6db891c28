"""What was seen of the running proxies, beside the resources."""

from msgspec import Struct

from meshctl.model.deviation import Deviation
from meshctl.model.difference import Difference
from meshctl.model.latency import RouteLatency
from meshctl.model.proxystate import ControlPlaneState, ProxyState
from meshctl.model.question import Question
from meshctl.model.usage import NamespaceUse, ProxyUse


class Facts(Struct, frozen=True):
    """What `meshctl.proxy` found out; empty where no proxy was asked. Checks about proxies read nothing else.

    `deviations` are what a cluster has unlike others of its fleet, `questions` what the user asks about requests.
    """

    states: tuple[ProxyState, ...] = ()
    control_planes: tuple[ControlPlaneState, ...] = ()
    differences: tuple[Difference, ...] = ()
    latencies: tuple[RouteLatency, ...] = ()
    proxy_uses: tuple[ProxyUse, ...] = ()
    namespace_uses: tuple[NamespaceUse, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    questions: tuple[Question, ...] = ()
