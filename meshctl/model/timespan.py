"""Spans of time as people write them: `500ms`, `10s`, `5m`, `1h`, `7d`."""

import re

_FORM = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str) -> float | None:
    """The seconds of a span of one unit; None for what is none."""
    found = _FORM.fullmatch(text)
    return float(found[1]) * _SECONDS[found[2]] if found else None
