"""A run that ended early: a sentence on stderr, and the JSON document where one was asked for."""

import re
import sys
from collections.abc import Iterator, Sequence

# `-o json`, `-ojson`, `--output json`, `--output=json`, also behind flags without a value: `-Ao json`.
_OUTPUT = re.compile(r"(?:-[Aq]*o|--output(?:=|\Z))(?P<value>.*)", re.DOTALL)


def report_failure(arguments: Sequence[str], sentence: str, exit_code: int) -> None:
    """Write the JSON document of a failed run to wherever `-o json` among the arguments says.

    The arguments are looked at as they are: they may be what could not be understood.
    """
    files = [file for name, _, file in (value.partition("=") for value in _outputs(arguments)) if name == "json"]
    if not files:
        return
    from meshctl.cli.output import terminal_style, write_stdout
    from meshctl.reports.formats import Style
    from meshctl.reports.json import failure

    for file in filter(None, files):
        try:
            with open(file, "w", encoding="utf-8") as out:
                out.write(failure(sentence, exit_code, Style()))
        except OSError as error:
            # It may be the very file that the run has failed over.
            if file not in sentence:
                sys.stderr.write(f"meshctl: cannot write {file}: {error.strerror}\n")
    if "" in files:
        write_stdout(failure(sentence, exit_code, terminal_style()))


def _outputs(arguments: Sequence[str]) -> Iterator[str]:
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return
        if match := _OUTPUT.match(argument):
            yield match["value"] or next(rest, "")
