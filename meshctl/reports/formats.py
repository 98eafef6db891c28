"""The formats a report can have, and where each is made."""

from collections.abc import Mapping
from importlib import import_module

from msgspec import Struct

from meshctl.model.result import Result

FORMATS: Mapping[str, str] = {
    "human": "meshctl.reports.human",
    "concise": "meshctl.reports.concise",
    "json": "meshctl.reports.json",
    "yaml": "meshctl.reports.yaml",
    "csv": "meshctl.reports.csv",
    "sarif": "meshctl.reports.sarif",
    "junit": "meshctl.reports.junit",
    "github": "meshctl.reports.github",
    "gitlab": "meshctl.reports.gitlab",
    "markdown": "meshctl.reports.markdown",
    "html": "meshctl.reports.html",
    "prometheus": "meshctl.reports.prometheus",
}

GRAPH_FORMATS: Mapping[str, str] = {
    "dot": "meshctl.reports.dot",
    "mermaid": "meshctl.reports.mermaid",
    "json": "meshctl.reports.json",
}

DOCTOR_FORMATS: Mapping[str, str] = {
    "human": "meshctl.reports.doctor",
    "json": "meshctl.reports.json",
}


class Style(Struct, frozen=True):
    """How a report may look: `width` in columns, colours, and characters beyond ASCII.

    `root` is the folder from which other tools see the files, absolute; empty where names stay as they are. With
    `set_aside` SARIF has the findings that are suppressed or in the baseline too, marked as such.
    """

    width: int = 80
    color: bool = False
    unicode: bool = True
    root: str = ""
    set_aside: bool = False


def render(result: Result, format_name: str, style: Style, formats: Mapping[str, str] | None = None) -> str:
    """The whole report, ending in a line break; empty where it has nothing to say.

    The format is one of `formats`, or of those of findings and graphs.
    """
    text: str = import_module((formats or {**FORMATS, **GRAPH_FORMATS})[format_name]).render(result, style)
    return text
