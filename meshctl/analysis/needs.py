"""What has to be read of a live cluster, so that checks and commands can do their work."""

from collections.abc import Iterable

from meshctl.analysis import inject_check, overhead
from meshctl.analysis.analyze import kinds_of
from meshctl.analysis.analyzer import Analyzer
from meshctl.graph.network import drawn_kinds
from meshctl.model.ids import KindKey


def needed_kinds(analyzers: Iterable[Analyzer], *, commands: bool = True) -> frozenset[KindKey]:
    """The kinds that these checks look at, and those that `inject-check`, `overhead` and `graph` do."""
    kinds = kinds_of(analyzers)
    return kinds | inject_check.READS | overhead.READS | drawn_kinds() if commands else kinds


def readers(kind: KindKey, analyzers: Iterable[Analyzer]) -> tuple[Analyzer, ...]:
    """The checks that look at a kind."""
    return tuple(analyzer for analyzer in analyzers if kind in analyzer.reads)
