"""What every command does around its own job: read the input, write the reports, end with the exit code."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING

from msgspec import structs

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.baselinefile import DEFAULT_NAME, BaselineError, read_baseline
from meshctl.analysis.domains import present_in
from meshctl.analysis.grading import graded
from meshctl.analysis.registry import RegistryError, SelectionError, choose, load
from meshctl.analysis.runner import Crash
from meshctl.analysis.suppress import SuppressionError, parse_suppression
from meshctl.cli.errors import UsageError
from meshctl.cli.options import FailOn, Options
from meshctl.cli.output import output_targets, write_reports
from meshctl.config.checks import check_tokens
from meshctl.config.load import Configuration, ConfigurationError, find, read, read_mapping
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings, Suppression
from meshctl.model.baseline import Baseline
from meshctl.model.facts import Facts
from meshctl.model.ids import KindKey
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.reports.formats import FORMATS, render
from meshctl.sources.cache import DocumentCache, default_cache_folder
from meshctl.sources.errors import InputError
from meshctl.sources.exclusion import Exclusion
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot

if TYPE_CHECKING:
    from meshctl.sources.cluster.kubeconfig import Context

_LONGEST = 86_400


class Session:
    """One run of a command: its configuration, its mesh and its checks, each read when asked for."""

    def __init__(
        self,
        options: Options,
        paths: Sequence[str],
        *,
        helm: Sequence[str] = (),
        values: Sequence[str] = (),
        formats: Mapping[str, str] = FORMATS,
        live: bool = False,
        configured_paths: bool = False,
        baseline: str = "",
    ) -> None:
        """`formats` are those of the command, the default first. `live` says that files go over a cluster.

        With `configured_paths`, the paths of the configuration are read where neither others nor a cluster are named.
        `baseline` is the file of one, instead of that of the configuration.
        """
        self._since = perf_counter()
        self.options = options
        self.paths, self.helm, self.values = paths, helm, values
        self._formats = formats
        if not 0 < options.timeout <= _LONGEST:
            raise UsageError(f"--timeout takes a number of seconds above 0, at most {_LONGEST} (a day)")
        self.configuration = self._configuration()
        configured = self.configuration.output if formats is FORMATS else ()
        self.targets = output_targets(options.output or configured, formats)
        if configured_paths and not self.has_files and (live or not (options.context or options.kubeconfig)):
            self.paths = self.configuration.paths
        self._baseline: Baseline | None = None
        self._ahead: Snapshot | None = None
        self.baseline_file = baseline or self.configuration.baseline
        if self.has_files and (options.context or options.kubeconfig) and not live:
            raise UsageError("files are read, so no cluster is: leave out --context and --kubeconfig")
        self._suppressions = self._parse_suppressions()

    @property
    def reported_namespace(self) -> str:
        """The namespace that the report is limited to; empty for all."""
        return "" if self.options.all_namespaces else self.options.namespace

    def analyzers(self) -> tuple[Analyzer, ...]:
        """The chosen checks: flags over configuration. Raises UsageError."""
        try:
            every = load(present=self._present())
            choose(every, [suppression.check for suppression in self._suppressions], [])
            check_tokens(self.configuration, every)
            chosen = choose(
                every,
                self.options.select or self.configuration.select,
                [*(self.options.ignore or ()), *self.configuration.ignore],
            )
            return graded(chosen, self.configuration.severity)
        except ConfigurationError as error:
            raise UsageError(str(error)) from error
        except (SelectionError, RegistryError) as error:
            raise UsageError(str(error)) from error

    def _present(self) -> frozenset[str] | None:
        """The domains of the input, where it is known before the checks are and nobody speaks of some check by name."""
        c, o = self.configuration, self.options
        named = (o.select, o.ignore, o.suppress, c.select, c.ignore, c.suppress, c.severity)
        return None if self._ahead is None or any(named) else present_in(self._ahead, Facts())

    def needed_kinds(self) -> frozenset[KindKey]:
        """The kinds that all commands together look at; with selected checks those alone. Raises UsageError."""
        from meshctl.analysis.needs import needed_kinds

        selected = self.options.select or self.configuration.select
        return needed_kinds(self.analyzers(), commands=not selected)

    def mesh(self, kinds: frozenset[KindKey], *, namespace: str = "") -> MeshGraph:
        """The input as a graph: the files that are given, else these kinds of the live clusters.

        Live, only `namespace` is read unless it is empty. Raises UsageError where a path or context does not exist, or
        there is nothing to read.
        """
        snapshot = self.files() if self.has_files else self.live(kinds, namespace=namespace)
        return MeshGraph(snapshot, self.settings)

    @property
    def has_files(self) -> bool:
        """Whether files, directories or charts are given."""
        return bool(self.paths or self.helm)

    def live(self, kinds: frozenset[KindKey], *, namespace: str = "") -> Snapshot:
        """These kinds of the clusters. Raises UsageError."""
        from meshctl.cli.live import check_there, is_available, no_cluster, read_live

        if not is_available(self.options, self.configuration.contexts):
            raise UsageError(f"nothing to look at: name files or directories, or - for stdin; and {no_cluster()}")
        snapshot = read_live(self.contexts, self.options, kinds, namespace, self.settings)
        if not self.has_files:
            # Files may bring the namespace with them.
            check_there(namespace, snapshot)
        self._timing(f"loading the checks and reading {len(snapshot.resources)} objects")
        return snapshot

    @cached_property
    def contexts(self) -> "Sequence[Context]":
        """The clusters to read. Raises UsageError, also where there is no kubeconfig at all."""
        from meshctl.cli.live import contexts_of, is_available, no_cluster

        if not is_available(self.options, self.configuration.contexts):
            raise UsageError(f"no cluster to look at: {no_cluster()}")
        return contexts_of(self.options, self.configuration.contexts)

    def files(
        self, default_namespace: str = "default", *, paths: Sequence[str] | None = None, root: str = ""
    ) -> Snapshot:
        """The given files. Raises UsageError where a path does not exist.

        With `paths` these are read instead, which are copies, and `root` is the place of the configuration among them.
        """
        if paths is None and self._ahead is not None:
            snapshot, self._ahead = self._ahead, None
            return snapshot
        o = self.options
        cache = None if o.no_cache else DocumentCache(default_cache_folder())
        try:
            snapshot = read_files(
                self.paths if paths is None else paths,
                default_namespace=o.namespace or default_namespace,
                whole=o.complete,
                cache=cache,
                stdin=sys.stdin.buffer,
                timeout=o.timeout,
                helm=self.helm,
                helm_values=self.values,
                exclude=Exclusion(
                    self.configuration.exclude,
                    root or self.configuration.folder,
                    # What the last run has written is no part of the mesh.
                    [self.baseline_file, *(file for _, file in self.targets)],
                ),
                meanwhile=_load_checks,
            )
        except InputError as error:
            raise UsageError(str(error)) from error
        self._timing(f"loading the checks and reading {len(snapshot.resources)} resources")
        if not o.quiet and paths is None:
            for note in snapshot.notes:
                sys.stderr.write(f"note: {note}\n")
        return snapshot

    def read_ahead(self) -> None:
        """Read the given files before the checks are loaded: large inputs are parsed by two processes meanwhile."""
        self._ahead = self.files()

    def finish(self, result: Result, crashes: Sequence[Crash] = ()) -> int:
        """Write the reports and notes; returns the exit code."""
        self._timing("checking")
        if self.options.debug:
            for crash in crashes:
                sys.stderr.write(f"{crash.analyzer.code} {crash.analyzer.name}:\n{crash.traceback}\n")
        result = replace(result, fail_on=self.fail_on)
        aside = self.options.sarif_suppressed
        write_reports(
            self.targets,
            lambda name, style: render(result, name, structs.replace(style, set_aside=aside), self._formats),
        )
        self._timing("reporting")
        return int(result.exit)

    def _timing(self, what: str) -> None:
        """With `--debug`, say how long the step took that ends here."""
        now = perf_counter()
        if self.options.debug:
            sys.stderr.write(f"{what}: {now - self._since:.2f} s\n")
        self._since = now

    @property
    def fail_on(self) -> Severity | None:
        """From which severity on findings fail the run; None for never."""
        chosen = self.options.fail_on.value if self.options.fail_on else self.configuration.fail_on
        return None if chosen == FailOn.NEVER.value else Severity(chosen)

    def _configuration(self) -> Configuration:
        try:
            if self.options.no_config:
                return Configuration()
            file = self.options.config or find(self.paths)
            return read(file) if file else Configuration()
        except ConfigurationError as error:
            raise UsageError(str(error)) from error

    def _parse_suppressions(self) -> tuple[Suppression, ...]:
        try:
            return tuple(parse_suppression(text) for text in self.options.suppress or ())
        except SuppressionError as error:
            raise UsageError(str(error)) from error

    def use_baseline(self, file: str, *, may_be_new: bool = False) -> None:
        """Take this baseline, or one of that name without entries. Raises UsageError. Comes before the settings."""
        file = file or self.baseline_file or os.path.normpath(os.path.join(self.configuration.folder, DEFAULT_NAME))
        self.baseline_file = file
        try:
            is_new = may_be_new and not os.path.lexists(file)
            self._baseline = Baseline(file) if is_new else read_baseline(file)
        except BaselineError as error:
            raise UsageError(str(error)) from error

    @cached_property
    def settings(self) -> Settings:
        """What the user says about the mesh. Raises UsageError."""
        o, c = self.options, self.configuration
        try:
            return Settings(
                istio_namespace=o.istio_namespace or c.istio_namespace or "istio-system",
                cluster_domain=o.cluster_domain or c.cluster_domain or "cluster.local",
                revision=o.revision or c.revision,
                mesh_config=read_mapping(o.mesh_config or c.mesh_config),
                mesh_networks=read_mapping(o.mesh_networks or c.mesh_networks),
                assume_present=c.assume_present,
                suppress=(*self._suppressions, *c.suppress),
                require_reason=c.require_reason,
                allow_inline=c.allow_inline,
                baseline=self._baseline or (read_baseline(self.baseline_file) if self.baseline_file else None),
            )
        except (ConfigurationError, BaselineError) as error:
            raise UsageError(str(error)) from error


def _load_checks() -> None:
    """Those of Istio, while a large input is parsed: the others come when the input is known to need them."""
    with suppress(RegistryError):
        load(present=frozenset({"istio.io"}))
