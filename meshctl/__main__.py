"""The way in: runs a command and ends the process with its exit code, whatever happens inside."""

import gc
import os
import sys

from meshctl.model.result import Exit


def main() -> None:
    """Run the command line and exit: 2 for wrong usage, 4 for a crash, 130 when interrupted, else what the run says."""
    # Importing, parsing and indexing make millions of objects and hardly any garbage: a collector would only walk them
    # again and again, for half of the time.
    gc.disable()
    code = _run()
    # Nor is there a reason to take everything apart at the end.
    gc.freeze()
    sys.exit(int(code))


def _run() -> int:
    import typer
    from typer._click.exceptions import ClickException

    from meshctl.cli.errors import UsageError
    from meshctl.cli.program import program

    try:
        code = int(program(*sys.argv[1:2])(standalone_mode=False, prog_name=_program()) or 0)
        # Typer turns Ctrl-C into this code instead of passing it on.
        return _interrupted() if code == Exit.INTERRUPTED else code
    except SystemExit as end:
        # Completion ends so: with 0, or with what the shell takes for a part of the answer.
        if not end.code or "_MESHCTL_COMPLETE" in os.environ:
            return int(end.code or 0)
        # This is how click says that the reader of our output has gone: that of a help text (`--help | head`), since
        # reports take care of themselves, or that of the notes on stderr.
        return Exit.CLEAN if {"-h", "--help", "--version"} & set(sys.argv) else Exit.INTERNAL
    except ClickException as error:
        error.show()
        return _failed(error.format_message(), Exit.USAGE)
    except UsageError as error:
        sys.stderr.write(f"meshctl: {error}\n")
        return _failed(str(error), Exit.USAGE)
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted()
    except Exception as error:
        sentence = f"internal error: {type(error).__name__}: {error}"
        if "--debug" in sys.argv:
            import traceback

            traceback.print_exc()
        else:
            hint = "This is a bug in meshctl; run again with --debug for the traceback."
            sys.stderr.write(f"meshctl: {sentence}\n{hint}\n")
        return _failed(sentence, Exit.INTERNAL)


def _program() -> str | None:
    """What help calls us: as a plug-in of kubectl we are one of its commands. None for our own name."""
    name = os.path.basename(sys.argv[0]).removesuffix(".exe")
    return name.replace("-", " ") if name.startswith("kubectl-") else None


def _interrupted() -> int:
    # Who watches ends it so, and the last report stands.
    watching = any(argument.startswith("--watch") for argument in sys.argv)
    return Exit.INTERRUPTED if watching else _failed("interrupted", Exit.INTERRUPTED)


def _failed(sentence: str, code: Exit) -> int:
    from meshctl.cli.failure import report_failure

    report_failure(sys.argv[1:], sentence, int(code))
    return code


if __name__ == "__main__":
    main()
