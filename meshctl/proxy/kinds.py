"""The kinds of proxies: how the pods of each are recognised, how its admin port is reached, and what it tells.

To add one, write its `ProxyKind` and put it into `KINDS`. Its container must be known as a sidecar, too:
`meshctl.graph.application.OTHER_MESHES`. An Envoy of another mesh needs no more than that: `ask` is `proxy_answers`,
and who it is comes out of its node (`meshctl.proxy.envoy.identity`). What is no Envoy has a folder of its own, as
`linkerd` is, with a function that asks it, and one that makes a `ProxyState` of the answers
(`meshctl.proxy.status.observe`).
"""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from meshctl.graph.kinds.workload import PROXY, Pod
from meshctl.graph.proxied import other_proxy
from meshctl.model.consulproxy import CONSUL_PROXY
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.linkerd.answers import CONTAINER, METRICS, METRICS_PATH, READY_PATH, linkerd_answers, linkerd_behind
from meshctl.proxy.live import proxy_answers
from meshctl.proxy.pods import ADMIN, admin_port, is_ztunnel
from meshctl.proxy.recorded import ProxyAnswers
from meshctl.proxy.transports.transport import Transport
from meshctl.proxy.ztunnel import ztunnel_answers

CONFIGURATION, REQUESTS, STATE = "configuration", "requests", "state"
"""What a proxy may tell: all that it was configured with, how long requests took, how it is."""


class Metrics(NamedTuple):
    """Where a proxy shows its metrics on the address of the pod: under `path`, on the first of `ports` that has them.

    `answer` is what recordings call them. `beside` are other paths of these ports.
    """

    answer: str
    path: str
    ports: tuple[int, ...]
    beside: tuple[str, ...] = ()


class ProxyKind(NamedTuple):
    """One kind of proxy, which runs in the container of that name.

    `is_in` recognises its pods, `port` is that of its admin interface. `command` is a program in the container that
    asks the port, the path follows; empty where there is none. `ask` makes answers of a way to the port: it raises
    BrokenAnswer. `tells` are of CONFIGURATION, REQUESTS and STATE.
    """

    container: str
    is_in: Callable[[Pod], bool]
    port: Callable[[Pod], int]
    command: Callable[[Pod], tuple[str, ...]]
    metrics: Metrics
    ask: Callable[[Transport, Pod], ProxyAnswers]
    tells: frozenset[str]


def _sidecar(name: str) -> Callable[[Pod], bool]:
    """Recognises the pods with a sidecar of another mesh, by the name of its container."""

    def is_in(pod: Pod) -> bool:
        other = other_proxy(pod) if pod.proxy is None else None
        return other is not None and other.name == name

    return is_in


def _agent(pod: Pod) -> tuple[str, ...]:
    port = admin_port(pod)
    moved = ("--debug-port", str(port)) if port != ADMIN else ()
    return ("pilot-agent", "request", *moved, "GET")


# Envoy's own first: the agent's come with those of the application.
_ISTIO_METRICS = Metrics("stats.prom", "/stats/prometheus", (15090, 15020))
_LINKERD_ADMIN, _CONSUL_ADMIN = 4191, 19000
_CONSUL_STATUS = "consul.hashicorp.com/connect-inject-status"
_CONSUL_SIDECAR, _CONSUL_GATEWAY = "envoy-sidecar", "consul.hashicorp.com/gateway-kind"


def _is_consul(pod: Pod) -> bool:
    """A pod that is several services has a proxy for each: the first is asked. Gateways call theirs as they are."""
    named = any(container.name.startswith(CONSUL_PROXY) for container in pod.containers)
    return pod.proxy is None and (named or _CONSUL_GATEWAY in pod.annotations)


def _is_consul_of_old(pod: Pod) -> bool:
    """Its container was called something that others could be called too."""
    named = any(container.name == _CONSUL_SIDECAR for container in pod.containers)
    return named and pod.proxy is None and _CONSUL_STATUS in pod.annotations


ISTIO = ProxyKind(
    container=PROXY,
    is_in=lambda pod: pod.proxy is not None and not is_ztunnel(pod),
    port=admin_port,
    command=_agent,
    metrics=_ISTIO_METRICS,
    ask=lambda transport, pod: proxy_answers(transport),
    tells=frozenset({CONFIGURATION, REQUESTS, STATE}),
)
ZTUNNEL = ISTIO._replace(
    is_in=lambda pod: pod.proxy is not None and is_ztunnel(pod), ask=ztunnel_answers, tells=frozenset({STATE})
)
LINKERD = ProxyKind(
    container=CONTAINER,
    is_in=_sidecar(CONTAINER),
    port=lambda pod: _LINKERD_ADMIN,
    # There is nothing else in its image that could be run.
    command=lambda pod: (),
    metrics=Metrics(METRICS, METRICS_PATH, (_LINKERD_ADMIN,), (READY_PATH,)),
    ask=lambda transport, pod: linkerd_answers(transport),
    tells=frozenset({REQUESTS, STATE}),
)

CONSUL = ProxyKind(
    container=CONSUL_PROXY,
    is_in=_is_consul,
    port=lambda pod: _CONSUL_ADMIN,
    # There is nothing in its image that could ask.
    command=lambda pod: (),
    metrics=Metrics("stats.prom", "/metrics", (20200,)),
    ask=lambda transport, pod: proxy_answers(transport),
    # It does show its configuration, but there is none of Istio's to hold it against.
    tells=frozenset({REQUESTS, STATE}),
)
CONSUL_OF_OLD = CONSUL._replace(container=_CONSUL_SIDECAR, is_in=_is_consul_of_old)

KINDS = (ISTIO, ZTUNNEL, LINKERD, CONSUL, CONSUL_OF_OLD)


def kind_of(pod: Pod) -> ProxyKind | None:
    """The kind of the proxy in a pod; None for one that has none, or one that cannot be asked."""
    return next((kind for kind in KINDS if kind.is_in(pod)), None)


def shows_configuration(container: str) -> bool:
    """Whether a proxy in the container of that name shows its configuration; an empty one is of an Envoy."""
    return container in ("", *(kind.container for kind in KINDS if CONFIGURATION in kind.tells))


def answers_behind(transport: Transport) -> ProxyAnswers:
    """Those of a port that a user names: an Envoy, or where that has no such path, a linkerd-proxy.

    Raises Unreachable where nothing answers.
    """

    def otherwise() -> ProxyAnswers | None:
        with suppress(BrokenAnswer):
            return linkerd_behind(transport)
        return None

    return proxy_answers(transport, otherwise)
