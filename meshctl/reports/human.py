"""Findings for people."""

from meshctl.model.result import Result
from meshctl.reports import concise
from meshctl.reports.formats import Style


def render(result: Result, style: Style) -> str:
    """A line each, for now."""
    return concise.render(result, style)
