"""The document of the JSON report as YAML."""

import re
from typing import Any

import yaml

from meshctl.model.result import Result
from meshctl.reports.formats import Style
from meshctl.reports.json import document

# Text to YAML 1.1, which decides on quotes here, but a number to the 1.2 of most other readers.
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0[ox][0-9a-fA-F]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def render(result: Result, style: Style) -> str:
    """The whole result as one document."""
    text: str = yaml.dump(
        document(result), Dumper=_Dumper, sort_keys=False, allow_unicode=style.unicode, width=style.width
    )
    return text


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # No encoding can write half of a character.
    text = _SURROGATE.sub("\ufffd", text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if _NUMBER.fullmatch(text) else None)


_Dumper.add_representer(str, _text)
