"""How bad a finding is."""

from enum import StrEnum


class Severity(StrEnum):
    """Severity of a finding; `rank` 0 is the worst."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Sort position: 0 error, 1 warning, 2 info."""
        return _RANKS[self]

    def at_least(self, other: "Severity") -> bool:
        """True if this is as bad as `other` or worse."""
        return self.rank <= other.rank


_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
