"""A run that ended early: a sentence on stderr, and a document in each format that programs read."""

import re
import sys
from collections.abc import Iterator, Sequence

from meshctl.model.result import Exit, Failure, Result
from meshctl.reports.formats import FORMATS, Style

# `-o json`, `-ojson`, `--output json`, `--output=json`, also behind flags without a value: `-Ao json`.
_OUTPUT = re.compile(r"(?:-[Aq]*o|--output(?:=|\Z))(?P<value>.*)", re.DOTALL)
# People read the sentence on stderr.
_FOR_PEOPLE = ("human", "concise")


def report_failure(arguments: Sequence[str], sentence: str, exit_code: int) -> None:
    """Write the document of a failed run to wherever the `-o`s among the arguments say; to stdout only the first.

    The arguments are looked at as they are: they may be what could not be understood.
    """
    outputs = [(name, file) for name, _, file in (value.partition("=") for value in _outputs(arguments))]
    wanted = [(name, file) for name, file in outputs if name in FORMATS and name not in _FOR_PEOPLE]
    if not wanted:
        return
    from meshctl.cli.errors import UsageError
    from meshctl.cli.output import write_reports
    from meshctl.reports.formats import render

    result = Result(failure=Failure(sentence, Exit(exit_code)))

    def document(name: str, style: Style) -> str:
        return render(result, name, style)

    on_stdout = [target for target in wanted if not target[1]]
    for target in [*(target for target in wanted if target[1]), *on_stdout[:1]]:
        try:
            write_reports([target], document)
        except UsageError as error:
            # It may be the very file that the run has failed over.
            if target[1] not in sentence:
                sys.stderr.write(f"meshctl: {error}\n")


def _outputs(arguments: Sequence[str]) -> Iterator[str]:
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return
        if match := _OUTPUT.match(argument):
            yield match["value"] or next(rest, "")
