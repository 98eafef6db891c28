"""The installed checks for commands that document them: no input and no configuration is read."""

from collections.abc import Sequence

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.registry import RegistryError, SelectionError, load, named
from meshctl.cli.errors import UsageError


def catalogue(tokens: Sequence[str] = ()) -> tuple[Analyzer, ...]:
    """The checks that these codes, names or prefixes mean, or all. Raises UsageError for one that means none."""
    try:
        return named(load(), tokens)
    except (SelectionError, RegistryError) as error:
        raise UsageError(str(error)) from error
