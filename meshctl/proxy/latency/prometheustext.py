"""Prometheus' text format: one number a line."""

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import NamedTuple

_LINE = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)\s*(?:\{(?P<labels>.*)\})?\s+(?P<value>\S+)(?:\s+-?\d+)?\s*(?:#.*)?")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")


class Point(NamedTuple):
    """One number, with the name and the labels of its time series."""

    name: str
    labels: Mapping[str, str]
    value: float


def read_points(data: bytes, names: tuple[str, ...] = ("",)) -> Iterator[Point]:
    """The numbers of each line that contains one of `names`; lines that are none are passed over."""
    wanted = re.compile("|".join(map(re.escape, names))).search
    for line in data.decode(errors="replace").split("\n"):
        if line.startswith("#") or not wanted(line):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        try:
            value = float(found["value"])
        except ValueError:
            continue
        if isfinite(value):
            labels = {label: _unescaped(text) for label, text in _LABEL.findall(found["labels"] or "")}
            yield Point(found["name"], labels, value)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda m: "\n" if m[1] == "n" else m[1], text) if "\\" in text else text
