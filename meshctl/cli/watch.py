"""`--watch`: the same again and again, until Ctrl-C."""

import sys
import time
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.output import Target, stdout_is_gone, write_stdout
from meshctl.model.result import Exit

Watch = Annotated[
    float | None, typer.Option("--watch", metavar="SECONDS", help="Again every so many seconds, until Ctrl-C.")
]

_SHORTEST, _LONGEST = 0.1, 86_400
# Home, and everything below and what has scrolled off is gone. Nothing is switched on that would have to be restored.
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"
_TEXTS = ("human", "concise")


class Rounds:
    """How often a command runs: once, or again and again."""

    def __init__(self, seconds: float | None, targets: Sequence[Target]) -> None:
        """`targets` are the reports of the command. Raises UsageError."""
        if seconds is not None and not _SHORTEST <= seconds <= _LONGEST:
            raise UsageError(f"--watch takes {_SHORTEST:g} to {_LONGEST} seconds")
        self._seconds = seconds
        self._text = any(name in _TEXTS and not file for name, file in targets)
        self._count = 0

    def run(self, once: Callable[[], int]) -> int:
        """The exit code of the last round: of the only one, or where nobody reads any more. Ctrl-C passes through."""
        if self._seconds is None:
            return once()
        while True:
            try:
                code = once()
            except UsageError as error:
                if not self._count:
                    raise
                # A pod that is there no more may be there again in the next round.
                sys.stderr.write(f"meshctl: {error}\n")
                code = Exit.USAGE
            if stdout_is_gone():
                return int(code)
            self._count += 1
            time.sleep(self._seconds)

    def begin(self) -> None:
        """The results of a round follow: a terminal is cleared only now, so that it is never empty for long."""
        if self._seconds is None or not self._text:
            return
        before = _CLEAR if sys.stdout.isatty() else "\n" if self._count else ""
        write_stdout(f"{before}{time.strftime('%H:%M:%S')}, every {self._seconds:g} s\n")
