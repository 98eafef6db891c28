"""Amounts of CPU and memory as people write them: `250m`, `1.5`, `128Mi`."""


def cpu_text(thousandths: int) -> str:
    """Millicores as `250m` below one core, else as cores: `1.5`, `2`."""
    if abs(thousandths) < 1000:
        return f"{thousandths}m" if thousandths else "0"
    sign, (cores, rest) = "-" if thousandths < 0 else "", divmod(abs(thousandths), 1000)
    return f"{sign}{cores}.{rest:03d}".rstrip("0").rstrip(".")


def memory_text(size: int) -> str:
    """Bytes in the largest binary unit that leaves at least one, to a tenth: `128Mi`, `1.2Gi`, `512`."""
    sign, size = "-" if size < 0 else "", abs(size)
    if size < 1024:
        return f"{sign}{size}"
    for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1):
        tenths = (size * 20 + 1024**power) // (2 * 1024**power)
        if tenths < 10240 or suffix == "Ei":
            break
    whole, tenth = divmod(tenths, 10)
    return f"{sign}{whole}.{tenth}{suffix}" if tenth else f"{sign}{whole}{suffix}"


def whole_memory_text(size: int) -> str:
    """Bytes as `1Gi` or `1152Mi`, so that whole Mi add up to the last digit; else to a tenth."""
    mi = 1024**2
    if size and size % (1024 * mi) == 0:
        return f"{size // (1024 * mi)}Gi"
    return f"{size / mi:.1f}".removesuffix(".0") + "Mi"
