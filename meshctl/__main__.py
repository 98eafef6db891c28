"""The way in: runs a command and ends the process with its exit code, whatever happens inside."""

import gc
import os
import sys

from meshctl.model.result import Exit


def main() -> None:
    """Run the command line and exit: 2 for wrong usage, 4 for a crash, 130 when interrupted, else what the run says."""
    # Importing, parsing and indexing make millions of objects and hardly any garbage: a collector would only walk them
    # again and again, for a third of the time.
    gc.disable()
    debug = "--debug" in sys.argv
    try:
        code = _run()
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is left to say, also not at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.CLEAN
    except Exception as error:
        if debug:
            raise
        sys.stderr.write(
            f"meshctl: internal error: {type(error).__name__}: {error}\n"
            "This is a bug in meshctl; run again with --debug for the traceback.\n"
        )
        code = Exit.INTERNAL
    sys.exit(int(code))


def _run() -> int:
    import typer
    from typer._click.exceptions import ClickException

    from meshctl.cli.app import app
    from meshctl.cli.errors import UsageError

    try:
        return int(app(standalone_mode=False) or 0)
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except ClickException as error:
        error.show()
    except UsageError as error:
        sys.stderr.write(f"meshctl: {error}\n")
    return Exit.USAGE


if __name__ == "__main__":
    main()
