"""What one proxy runs, as its control plane and its own admin port say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from meshctl.model.consulproxy import ConsulProxy
from meshctl.model.proxymetrics import ProxyMetrics

ISTIO_PROXY = "istio-proxy"
"""The container of Istio's own proxies."""


class Sync(StrEnum):
    """How far the configuration of one type got, the worst first.

    ACCEPTED is the proxy's own word: it took the last one that it got, and whether there is a newer one is not known.
    IGNORED: the proxy does not ask for this type.
    """

    ERROR = "ERROR"
    STALE = "STALE"
    NOT_SENT = "NOT SENT"
    ACCEPTED = "ACCEPTED"
    SYNCED = "SYNCED"
    IGNORED = "IGNORED"


class TypeState(Struct, frozen=True):
    """The state of one type of configuration: `type` is CDS, LDS, RDS, EDS, ...

    `age` is seconds since the control plane last sent something, or, of an ACCEPTED one, since the proxy took it; None
    where it is not known. `sent` is that time as it was written. `overdue` says of a STALE one that the answer should
    have come by now.
    """

    type: str
    sync: Sync
    age: float | None = None
    sent: str = ""
    overdue: bool = False


class Rejection(Struct, frozen=True):
    """Something that a proxy refused: a listener, a cluster, in its own words.

    `filters` are the names and types of the filters in it, as far as the proxy shows what it refused. `past` says that
    it refused something since it started, and whether it still does is not observable.
    """

    type: str
    resource: str
    reason: str
    filters: frozenset[str] = frozenset()
    past: bool = False


class Waiting(Struct, frozen=True):
    """Something that a proxy got and does not use yet: `kind` is cluster, listener or secret.

    `since` is the time as the proxy writes it, `age` seconds. `overdue` says that it should be in use by now.
    """

    kind: str
    name: str
    since: str = ""
    age: float | None = None
    overdue: bool = True


@dataclass(frozen=True, slots=True)
class ProxyState:
    """One sidecar, gateway, waypoint or ztunnel. `namespace` and `name` are those of its pod.

    `kind` is sidecar, router, waypoint or ztunnel, empty where nothing tells. `version` is Istio's. `control_plane` is
    the istiod that serves it, empty where none says so. `connected` is False where the proxy or all control planes say
    that it is not connected, None where it is not observable. `server` is Envoy's own state, as LIVE. `sources` names
    what all this is from.

    `container` is the one that it runs in. What is no Envoy says whether it is `ready`, and the rest in its `metrics`;
    `consul` is what an Envoy of Consul runs.
    """

    cluster: str
    namespace: str
    name: str
    kind: str = ""
    version: str = ""
    revision: str = ""
    control_plane: str = ""
    control_plane_version: str = ""
    connected: bool | None = None
    server: str = ""
    types: tuple[TypeState, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, compare=False)
    sources: tuple[str, ...] = ()
    container: str = ISTIO_PROXY
    ready: bool | None = None
    metrics: ProxyMetrics | None = None
    consul: ConsulProxy | None = None

    @property
    def id(self) -> str:
        """`namespace/name` of its pod."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def is_istios(self) -> bool:
        """Whether it is a proxy of Istio, so that what Istio says of its proxies holds for it."""
        return self.container == ISTIO_PROXY

    @property
    def sync(self) -> Sync | None:
        """The worst state of all types; None where none is known. A STALE one that may be in flight is no problem."""
        order = list(Sync)
        every = [
            Sync.SYNCED if t.sync is Sync.STALE and not t.overdue else t.sync
            for t in self.types
            if t.sync is not Sync.IGNORED and (t.sync is not Sync.NOT_SENT or t.type in ALWAYS_SENT)
        ]
        return min(every, key=order.index, default=None)


ALWAYS_SENT = frozenset({"CDS", "LDS"})
"""What every Envoy gets from istiod; of the other types there may be nothing to send."""


class Answered(StrEnum):
    """Whether a control plane told which proxies it serves."""

    YES = "yes"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    FAILED = "failed"


class ControlPlaneState(Struct, frozen=True):
    """One istiod. `why` is a sentence on why it did not answer; `serves` are (namespace, name) of its proxies."""

    cluster: str
    name: str
    answered: Answered
    why: str = ""
    version: str = ""
    serves: frozenset[tuple[str, str]] = frozenset()


def configuration_words(type_name: str) -> str:
    """What a type of configuration holds, as people call it: `listeners` for LDS."""
    return _WORDS.get(type_name, f"configuration of type {type_name}")


_WORDS = {
    "CDS": "clusters",
    "LDS": "listeners",
    "RDS": "routes",
    "EDS": "endpoints",
    "SDS": "certificates",
    "ECDS": "extensions",
    "NDS": "names",
    "WDS": "workloads",
    "WADS": "authorization policies",
}
