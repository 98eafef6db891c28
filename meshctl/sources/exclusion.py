"""Files below a directory that the user does not want to be read."""

import os
import re
from collections.abc import Sequence

_PARTS = re.compile(r"\*\*/|/\*\*|\*\*|\*|\?")
_MEANING = {"**/": "(?:.*/)?", "/**": "(?:/.*)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class Exclusion:
    """Patterns of names as seen from a folder: `*` within a name, `**` across directories; a directory means all in it.

    They hold for files that are found, never for one that the user names. `files` are excluded besides.
    """

    def __init__(self, patterns: Sequence[str], folder: str = ".", files: Sequence[str] = ()) -> None:
        self._files = {os.path.abspath(file) for file in files if file}
        self._folder = os.path.abspath(folder)
        self._patterns = [_compiled(pattern) for pattern in patterns]

    def covers(self, name: str) -> bool:
        """Whether a file is not to be read."""
        if not (self._patterns or self._files):
            return False
        whole = os.path.abspath(name)
        if whole in self._files:
            return True
        inside = os.path.relpath(whole, self._folder).replace(os.sep, "/")
        return any(pattern.fullmatch(inside) for pattern in self._patterns)


def _compiled(pattern: str) -> re.Pattern[str]:
    pattern = pattern.removeprefix("./").rstrip("/")
    text, place = "", 0
    for match in _PARTS.finditer(pattern):
        text += re.escape(pattern[place : match.start()]) + _MEANING[match[0]]
        place = match.end()
    return re.compile(f"{text}{re.escape(pattern[place:])}(?:/.*)?", re.DOTALL)
