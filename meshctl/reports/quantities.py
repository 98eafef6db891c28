"""Amounts of CPU and memory as people write them: `250m`, `1.2Gi`."""

_UNITS = ("", "Ki", "Mi", "Gi", "Ti", "Pi")


def cpu(millis: float) -> str:
    """CPU, given in thousandths of a core: `250m`, and from one core on `1.25`."""
    if abs(millis) < 1000:
        return f"{millis:.0f}m"
    return f"{millis / 1000:,.2f}".rstrip("0").removesuffix(".")


def memory(amount: float) -> str:
    """Memory, given in bytes: `128Mi`, `1.2Gi`."""
    size = float(amount)
    for unit in _UNITS:
        if abs(size) < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    number = f"{size:.1f}" if abs(size) < 10 and unit else f"{size:.0f}"
    return f"{number.removesuffix('.0')}{unit}"
