"""The formats a report can have, and where each is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from meshctl.model.result import Result

FORMATS: Mapping[str, str] = {
    "human": "meshctl.reports.human",
    "concise": "meshctl.reports.concise",
    "json": "meshctl.reports.json",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How text for people may look: `width` in columns, colours, and characters beyond ASCII."""

    width: int = 80
    color: bool = False
    unicode: bool = True


def render(result: Result, format_name: str, style: Style) -> str:
    """The whole report in one of FORMATS, ending in a line break; empty where a format has nothing to say."""
    text: str = import_module(FORMATS[format_name]).render(result, style)
    return text
