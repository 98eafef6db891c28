"""What a way to a proxy or a control plane offers."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from msgspec import Struct

from meshctl.proxy.envoy.answers import BrokenAnswer


class Answer(Struct, frozen=True):
    """An HTTP answer; `date` is the time by the clock of who answered."""

    status: int
    body: bytes
    date: datetime | None = None

    def data(self) -> bytes:
        """The body of an answer that succeeded. Raises BrokenAnswer."""
        if self.status == 200:
            return self.body
        text = self.body[:200].decode(errors="replace").strip().partition("\n")[0]
        raise BrokenAnswer(f"was refused with {self.status}" + (f": {text}" if text else ""), self.status)


class Unreachable(BrokenAnswer):
    """Nothing answered, or not in time; the text is one sentence without a full stop."""


class NotPermitted(Unreachable):
    """Who asks may not use any of the ways there are: nothing is wrong with what was to be asked."""


def date_of(text: str | None) -> datetime | None:
    """The time of a Date header; None without one that makes sense."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except ValueError:
        return None


class Transport(Protocol):
    """A way to one proxy or control plane."""

    @property
    def name(self) -> str:
        """What it is and where it leads, for notes: `admin port http://127.0.0.1:15000`."""

    def get(self, path: str) -> Answer:
        """The answer to a GET, whatever its status. Raises Unreachable, NotAllowed and BrokenAnswer (too large)."""
