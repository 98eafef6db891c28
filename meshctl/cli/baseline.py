"""`meshctl baseline write|prune|check`: the findings that a project has chosen to mend later."""

import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated

import typer

from meshctl.cli.analyze import Helm
from meshctl.cli.errors import UsageError
from meshctl.cli.options import Filenames, Options

if TYPE_CHECKING:
    from meshctl.analysis.baselining import Examined
    from meshctl.cli.session import Session

CHECK_FLAGS = [f.name for f in fields(Options) if f.name not in ("namespace", "all_namespaces", "fail_on")]
FLAGS = [name for name in CHECK_FLAGS if name != "output"]

CHECK_FLAGS = [f.name for f in fields(Options) if f.name not in ("namespace", "all_namespaces", "fail_on")]
FLAGS = [name for name in CHECK_FLAGS if name != "output"]

Values = Annotated[list[str] | None, typer.Option("--values", metavar="FILE", help="Values for --helm. Repeatable.")]
BaselineFile = Annotated[
    str,
    typer.Option("--baseline", metavar="FILE", help="Instead of that of the configuration, or .meshctl-baseline.json."),
]


def write(
    options: Options, filename: Filenames = None, helm: Helm = None, values: Values = None, baseline: BaselineFile = ""
) -> int:
    """Put all that is found into the baseline; what this run does not look at stays in it."""
    session, examined = _examined(options, filename, helm, values, baseline, may_be_new=True)
    return _save(session, examined, pruned=False)


def prune(
    options: Options, filename: Filenames = None, helm: Helm = None, values: Values = None, baseline: BaselineFile = ""
) -> int:
    """Remove what is not found any more from the baseline, and nothing else."""
    session, examined = _examined(options, filename, helm, values, baseline)
    return _save(session, examined, pruned=True)


def check(
    options: Options, filename: Filenames = None, helm: Helm = None, values: Values = None, baseline: BaselineFile = ""
) -> int:
    """Fail if the baseline has what is not found any more."""
    session, examined = _examined(options, filename, helm, values, baseline)
    return session.finish(examined.result, examined.crashes)


def _examined(
    options: Options,
    filename: list[str] | None,
    helm: list[str] | None,
    values: list[str] | None,
    file: str,
    *,
    may_be_new: bool = False,
) -> "tuple[Session, Examined]":
    from meshctl.analysis.analyze import kinds_of
    from meshctl.analysis.baselining import examine
    from meshctl.cli.session import Session

    session = Session(options, filename or (), helm=helm or (), values=values or (), configured_paths=True)
    session.use_baseline(file, may_be_new=may_be_new)
    analyzers = session.analyzers()
    return session, examine(session.mesh(kinds_of(analyzers)), analyzers)


def _save(session: "Session", examined: "Examined", *, pruned: bool) -> int:
    if examined.result.unread or examined.crashes:
        sys.stderr.write("meshctl: the baseline stays as it is, for not everything could be looked at\n")
        return session.finish(examined.result, examined.crashes)
    from meshctl.analysis.baselinefile import BaselineError, write_baseline
    from meshctl.cli.output import write_stdout

    baseline = examined.pruned if pruned else examined.written
    try:
        write_baseline(baseline)
    except BaselineError as error:
        raise UsageError(str(error)) from error
    gone = sum(entry.count for entry in examined.stale)
    total = sum(entry.count for entry in baseline.entries)
    change = f"{gone:,} gone" if pruned else f"{examined.new:,} new, {gone:,} gone"
    write_stdout(f"{baseline.file} has {total:,} {'finding' if total == 1 else 'findings'} now ({change}).\n")
    return 0
