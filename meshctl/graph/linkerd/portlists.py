"""Lists of ports as Linkerd's annotations have them: `25,587,4000-4100`."""

from typing import NamedTuple


class PortRange(NamedTuple):
    """Ports from the first to the last."""

    first: int
    last: int

    def covers(self, port: int) -> bool:
        """Whether a port is one of them."""
        return self.first <= port <= self.last


def port_ranges(value: str) -> tuple[PortRange, ...]:
    """The ports and ranges of a list; what cannot be read is left out, as the injector does."""
    return tuple(found for item in value.split(",") if (found := port_range(item)) is not None)


def port_range(item: str) -> PortRange | None:
    """One port or range; None if it is neither."""
    first, dash, last = item.strip().partition("-")
    low, high = _port(first), _port(last if dash else first)
    return PortRange(low, high) if low is not None and high is not None and low <= high else None


def _port(value: str) -> int | None:
    digits = value.strip()
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 5 else 0
    return number if 0 < number <= 65535 else None
