"""How long everything together may take, however many are asked."""

from threading import Event
from time import monotonic

_SHARE = 4
_LONGEST = 15.0


class Deadline:
    """The end of a run. One answer gets a share of the whole, so that a few that hang leave time for the others."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = monotonic() + seconds
        self._stopped = Event()

    def left(self) -> float:
        """Seconds until the end; never more than 0 once somebody stopped."""
        return 0.0 if self._stopped.is_set() else self._until - monotonic()

    def share(self) -> float:
        """The seconds that one answer may take."""
        return min(self.left(), self.seconds / _SHARE, _LONGEST)

    def extend(self, seconds: float) -> None:
        """Time in which nobody was asked does not count."""
        self._until += seconds

    def stop(self) -> None:
        """It is over now."""
        self._stopped.set()
