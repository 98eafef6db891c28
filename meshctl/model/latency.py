"""How long requests took on one route of one proxy, and how that changed."""

from enum import StrEnum

from msgspec import Struct

QUANTILES = (0.5, 0.9, 0.95, 0.99)


class Percentile(Struct, frozen=True):
    """A percentile in milliseconds. None is beyond the highest bucket.

    It lies between `low` and `high` for these requests; `likely_low` to `likely_high` is where it lies with 95 percent
    for all requests of which these are a sample. Not `confident`: fewer than ten requests lie beyond it.
    """

    q: float
    value: float | None
    low: float
    high: float | None
    likely_low: float
    likely_high: float | None
    confident: bool


class Verdict(StrEnum):
    """What two measurements of one percentile tell."""

    SLOWER = "slower"
    FASTER = "faster"
    SAME = "no difference seen"
    FEW = "too few requests"


class Change(Struct, frozen=True):
    """One percentile before and after, in milliseconds.

    `limit` is the increase that the user allows, as given (`5ms`, `10%`); `exceeded` says that it was exceeded: None
    where that cannot be told.
    """

    before: Percentile
    after: Percentile
    verdict: Verdict
    limit: str = ""
    exceeded: bool | None = False


class RouteLatency(Struct, frozen=True):
    """The requests of one route through one proxy. `namespace` and `proxy` are those of its pod.

    `span` says what was measured (see `meshctl.proxy.latency.series`), `route` where the requests went. `errors` are
    those of `answered` requests that ended in 5xx. `overflows` were refused, for too many were waiting. `added` is the
    mean in milliseconds that the proxy itself takes, where that can be told; it is certainly `added_at_least`.
    """

    cluster: str
    namespace: str
    proxy: str
    workload: str = ""
    span: str = ""
    route: str = ""
    requests: int = 0
    answered: int = 0
    errors: int = 0
    overflows: int = 0
    added: float | None = None
    added_at_least: float | None = None
    percentiles: tuple[Percentile, ...] = ()
    changes: tuple[Change, ...] = ()
