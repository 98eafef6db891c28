"""`analyze --fix`: the patch that mends what can be mended, shown or made."""

import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from meshctl.cli.errors import UsageError

if TYPE_CHECKING:
    from meshctl.analysis.fixes import FileFix


def show_fixes(fixed: "Sequence[FileFix]", *, of: int) -> None:
    """Print the patch, as `git apply` takes it, and how many of the findings it mends."""
    from meshctl.cli.output import write_stdout

    write_stdout("".join(line for one in fixed for line in patch(one)))
    count = sum(one.fixes for one in fixed)
    if count:
        sys.stderr.write(f"{count:,} of {of:,} findings can be fixed in {_files(fixed)}: --write does it\n")
    else:
        sys.stderr.write(f"none of {of:,} findings can be fixed without a doubt\n")


def write_fixes(fixed: "Sequence[FileFix]") -> None:
    """Put the fixed texts into their files. Raises UsageError where one cannot be written."""
    from meshctl.sources.writing import replace_file

    for one in fixed:
        try:
            replace_file(one.file, one.content)
        except OSError as error:
            raise UsageError(f"cannot write {one.file}: {error.strerror}") from error
    if fixed:
        count = sum(one.fixes for one in fixed)
        sys.stderr.write(f"fixed {count:,} finding{'' if count == 1 else 's'} in {_files(fixed)}\n")


def patch(fixed: "FileFix") -> Iterator[str]:
    """The lines of a unified diff."""
    name = os.path.normpath(fixed.file).replace(os.sep, "/").lstrip("/")
    for line in difflib.unified_diff(_lines(fixed.before), _lines(fixed.after), f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Only line feeds end the lines of a patch."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def _files(fixed: "Sequence[FileFix]") -> str:
    return fixed[0].file if len(fixed) == 1 else f"{len(fixed):,} files"
