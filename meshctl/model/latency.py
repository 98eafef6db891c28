"""How long requests took on one route of one proxy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RouteLatency:
    """The requests of one route through one proxy. `namespace` and `proxy` are those of its pod."""

    cluster: str
    namespace: str
    proxy: str
