"""Codes and names of checks in a configuration: each must mean one."""

from collections.abc import Iterator, Sequence

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.registry import SelectionError, choose
from meshctl.config.load import Configuration
from meshctl.config.sections import ConfigurationError
from meshctl.model.location import Location


def check_tokens(configuration: Configuration, analyzers: Sequence[Analyzer]) -> None:
    """Raise ConfigurationError for a code, name or prefix that fits no check, with its place."""
    for token, place in _tokens(configuration):
        try:
            choose(analyzers, [token], [])
        except SelectionError as error:
            where = f"{place.file}:{place.start_line}:{place.start_column}" if place else configuration.file
            raise ConfigurationError(f"{where}: {error}") from error


def _tokens(configuration: Configuration) -> Iterator[tuple[str, Location | None]]:
    places = configuration.places
    for key, tokens in (("analyzers.select", configuration.select), ("analyzers.ignore", configuration.ignore)):
        yield from ((token, places.get(key)) for token in tokens)
    yield from ((token, places.get(f"severity.{token}")) for token in configuration.severity)
    yield from ((suppression.check, suppression.place) for suppression in configuration.suppress)
