"""Amounts of CPU and memory as people write them: `250m`, `1.2Gi`."""

_UNITS = ("", "Ki", "Mi", "Gi", "Ti", "Pi")


def cpu(millis: float) -> str:
    """CPU, given in thousandths of a core: `250m`, from ten cores on `12.5`."""
    if abs(millis) >= 10_000:
        return f"{millis / 1000:,.1f}".removesuffix(".0")
    return f"{millis:.0f}m" if millis == 0 or abs(millis) >= 1 else f"{millis:.2g}m"


def memory(amount: float) -> str:
    """Memory, given in bytes: `128Mi`, `1.2Gi`."""
    size = float(amount)
    for unit in _UNITS:
        if abs(size) < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    number = f"{size:.1f}" if abs(size) < 10 and unit else f"{size:.0f}"
    return f"{number.removesuffix('.0')}{unit}"
