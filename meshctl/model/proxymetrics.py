"""What the metrics of one proxy tell about its identity, its backends and what it refuses."""

from msgspec import Struct


class Identity(Struct, frozen=True):
    """The certificate that a proxy has of its control plane; times are seconds since 1970, as the proxy tells them.

    `issued` is None where it does not tell. `remaining` is seconds until the end when it was asked, negative after it;
    None where it is not known when that was. `failures` counts renewals that failed, since the proxy started, and
    `failures_before` those until it was asked before; None where it was asked once.
    """

    ends: float
    issued: float | None = None
    remaining: float | None = None
    failures: int = 0
    failures_before: int | None = None


class Backend(Struct, frozen=True):
    """The endpoints behind a destination, as `Service shop/web:80`, that are ready and that are not."""

    name: str
    ready: int
    pending: int


class Denial(Struct, frozen=True):
    """Requests or connections that policy did not let in: `server` and `route` decided it, `client` is who asked.

    `since` is how many there were when the proxy was asked before; None where it was asked once.
    """

    server: str
    route: str
    client: str
    number: int
    since: int | None = None


class ProxyMetrics(Struct, frozen=True):
    """All of it."""

    identity: Identity | None = None
    backends: tuple[Backend, ...] = ()
    denials: tuple[Denial, ...] = ()
