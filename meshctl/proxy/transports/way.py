"""What all ways through the API server share: how they fail."""

from typing import Protocol

from meshctl.proxy.transports.apiserver import Unopened
from meshctl.proxy.transports.transport import Answer, Unreachable


class NotThisWay(Exception):
    """This way does not lead there; another one may. The text is a clause without its subject."""


class Denied(NotThisWay):
    """Who asks may not use it in this namespace."""


class MetricsOnly(NotThisWay):
    """It leads to the metrics alone, and something else was asked for."""


class Way(Protocol):
    """A way to one port of one pod."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def permission(self) -> str:
        """The subresource that RBAC knows."""

    def get(self, path: str) -> Answer:
        """The answer to a GET, whatever its status. Raises NotThisWay, Unreachable and BrokenAnswer (too large)."""


def refusal(error: Unopened) -> NotThisWay | Unreachable:
    """What it means that the API server does not open a way."""
    if error.status in (401, 403):
        return Denied(f"is forbidden: {error.message}" if error.message else "is forbidden")
    if error.status == 404:
        return Unreachable(f"is gone: {error.message}")
    return NotThisWay(f"was refused with {error}")


def nothing_listens(port: int) -> Unreachable:
    """The pod is there, the port is not."""
    return Unreachable(f"cannot be reached: nothing listens on its port {port}")
