"""Running checks over a mesh: one crash does not take the others down, and no claim goes beyond its proof."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from meshctl.analysis.analyzer import ABSENT, Also, Analyzer, Claim
from meshctl.analysis.domains import needed, present_in
from meshctl.analysis.fingerprint import fingerprint
from meshctl.analysis.phrases import enumerated
from meshctl.analysis.suppress import Suppressions
from meshctl.graph.clusters import meshes
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.view import View
from meshctl.model.finding import Finding, Related
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.model.result import SetAside, Skipped
from meshctl.model.severity import Severity
from meshctl.sources.secondprocess import may_fork, shared_out

SYSTEM_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease", "local-path-storage"})
CRASHED = "analyzer-crashed"
# From this many resources on, a second process is worth its start.
_WORTH_FORKING = 2_000
_POD = KindKey("", "Pod")

Places = dict[tuple[ResourceId, Path], Location | None]


class BrokenDeclaration(Exception):
    """A check did what its declaration does not say."""


class Crash(Struct, frozen=True):
    """A check that raised, with its traceback for `--debug`."""

    analyzer: Analyzer
    error: str
    traceback: str


class Outcome(Struct, frozen=True):
    """Findings in the order of every report, those suppressed, and the checks that crashed or did not run."""

    findings: tuple[Finding, ...]
    suppressed: tuple[SetAside, ...]
    crashes: tuple[Crash, ...]
    skipped: tuple[Skipped, ...]


def run(mesh: MeshGraph, analyzers: Sequence[Analyzer], *, namespace: str = "") -> Outcome:
    """Run the checks. `namespace` limits what is reported, not what is looked at; cluster-scoped resources stay."""
    each = prepared(mesh, analyzers, namespace=namespace)
    return outcome_of(each, analyzers, _in_one_or_two(each, analyzers))


def prepared(mesh: MeshGraph, analyzers: Sequence[Analyzer], *, namespace: str = "") -> "Each":
    """What is found out once, before the first check."""
    present = present_in(mesh.snapshot, mesh.facts)
    return Each(mesh, meshes(mesh), namespace, Suppressions(mesh), {}, needed(analyzers, present))


def outcome_of(each: "Each", analyzers: Sequence[Analyzer], looked: Sequence["Looked"]) -> Outcome:
    """What all checks together came to; `looked` has for each of the analyzers what came of it."""
    findings = dict.fromkeys(finding for one in looked for finding in one.findings)
    ignored = {aside.finding: aside for one in looked for aside in one.ignored}
    skipped = [skipped for one in looked for skipped in one.skipped]
    crashes = [Crash(by, *crash) for by, one in zip(analyzers, looked, strict=True) for crash in one.crashes]
    findings.update(dict.fromkeys(_crash_findings(analyzers, crashes)))
    reporters = {analyzer.name: analyzer for analyzer in analyzers}
    silent = [by for by, one in zip(analyzers, looked, strict=True) if one.skipped or one.crashes]
    for name, claim in each.suppressions.problems(analyzers, silent, whole=not each.namespace):
        if (reporter := reporters.get(name)) and _concerns(each.mesh, claim.subject, each.namespace):
            findings[finding_of(each.mesh, reporter, claim, each.places)] = None
    ordered = tuple(sorted(findings, key=Finding.sort_key))
    aside = tuple(ignored[finding] for finding in sorted(ignored, key=Finding.sort_key))
    return Outcome(ordered, aside, tuple(crashes), tuple(dict.fromkeys(skipped)))


class Looked(Struct, frozen=True):
    """What came of one check; of a crash its error and its traceback."""

    findings: tuple[Finding, ...]
    ignored: tuple[SetAside, ...]
    crashes: tuple[tuple[str, str], ...]
    skipped: tuple[Skipped, ...]


_NOTHING = Looked((), (), (), ())


class Each(Struct, frozen=True):
    """What every check is given: the mesh, its parts by cluster, and what is not to be reported."""

    mesh: MeshGraph
    of_each: tuple[MeshGraph, ...]
    namespace: str
    suppressions: Suppressions
    places: Places
    needed: frozenset[Analyzer]

    def look(self, analyzer: Analyzer) -> Looked:
        """Run one check over each cluster, unless it is for a mesh that the input does not have."""
        if analyzer not in self.needed:
            return _NOTHING
        findings: list[Finding] = []
        ignored: list[SetAside] = []
        crashes: list[tuple[str, str]] = []
        skipped: list[Skipped] = []
        for part in (self.mesh,) if analyzer.across_clusters else self.of_each:
            if why := _unread(part, analyzer):
                skipped.append(Skipped(f"{analyzer.code} {analyzer.name}", why))
                continue
            try:
                for claim in analyzer.check(part.scoped(analyzer.reads)):
                    if not _concerns(part, claim.subject, self.namespace) or _assumed(part, claim):
                        continue
                    finding = finding_of(part, analyzer, claim, self.places)
                    if suppressed := self.suppressions.of(analyzer, finding):
                        ignored.append(SetAside(finding, *suppressed))
                    else:
                        findings.append(finding)
            except Exception as error:
                import traceback

                crashes.append((f"{type(error).__name__}: {error}", traceback.format_exc()))
        return Looked(tuple(findings), tuple(ignored), tuple(crashes), tuple(skipped))


def _in_one_or_two(each: Each, analyzers: Sequence[Analyzer]) -> list[Looked]:
    """What came of each check. Two processes share the folders: one begins with those that look at no workloads.

    So each builds indexes that the other does not need.
    """
    if len(each.mesh.snapshot.resources) < _WORTH_FORKING or not may_fork():
        return [each.look(analyzer) for analyzer in analyzers]
    import pickle

    folders: dict[str, list[int]] = {}
    for number, analyzer in enumerate(analyzers):
        folders.setdefault(analyzer.module.rpartition(".")[0], []).append(number)
    jobs = sorted(
        folders.values(), key=lambda some: sum(_POD in analyzers[number].reads for number in some) / len(some)
    )

    def here(job: int) -> list[Looked]:
        return [each.look(analyzers[number]) for number in jobs[job]]

    def away(job: int) -> bytes:
        return pickle.dumps((here(job), each.suppressions.used))

    def back(content: bytes) -> list[Looked]:
        # Only what our own fork has written is read.
        looked, used = pickle.loads(content)
        each.suppressions.used |= used
        return list(looked)

    done = shared_out(len(jobs), here, away, back)
    by_number = {
        number: one for job, some in zip(jobs, done, strict=True) for number, one in zip(job, some, strict=True)
    }
    return [by_number[number] for number in range(len(analyzers))]


def _unread(mesh: MeshGraph, analyzer: Analyzer) -> str:
    """Why the check cannot run: a kind that it looks at could not be read in the cluster. Empty where all could."""
    unread = {}
    for cluster in mesh.clusters:
        coverage = mesh.snapshot.coverage.get(cluster)
        if coverage and coverage.unread:
            for kind in analyzer.reads.intersection(coverage.unread):
                unread[kind.kind] = f"{kind.kind} was not read{f' in {cluster}' if cluster else ''}"
    return enumerated((unread[name] for name in sorted(unread)), len(unread)) if unread else ""


def _concerns(mesh: MeshGraph, subject: View | None, namespace: str) -> bool:
    """Whether a claim about it is to be reported: that about a service of another cluster is made there."""
    if subject is None:
        return True
    if subject.cluster not in mesh.clusters:
        return False
    home = subject.id.home
    return home not in SYSTEM_NAMESPACES and (not namespace or home in ("", namespace))


def _assumed(mesh: MeshGraph, claim: Claim) -> bool:
    return claim.absent is not None and mesh.assumed_present(claim.absent)


def finding_of(mesh: MeshGraph, analyzer: Analyzer, claim: Claim, places: Places) -> Finding:
    """What a check claims, as reports have it. `places` are those already looked up. Raises BrokenDeclaration."""
    severity = max(analyzer.severity, claim.severity or analyzer.severity, key=lambda s: s.rank)
    message = claim.message
    if claim.absent is not None:
        if not analyzer.absent.issuperset(claim.absent.kinds):
            raise BrokenDeclaration(f"{analyzer.name} claims an absence of kinds that it does not declare")
        proven = mesh.absence_is_proven(claim.absent)
        unproven = "is not in the given files" if mesh.coverage.inferred else "is not in what was read"
        message = message.replace(ABSENT, "does not exist" if proven else unproven)
        if not proven:
            severity = Severity.INFO
            message = f"{message.removesuffix('.')}, unless it exists elsewhere."
    subject = claim.subject.resource if claim.subject is not None else None
    return Finding(
        code=analyzer.code,
        name=analyzer.name,
        severity=severity,
        message=message,
        resource=subject.id if subject else None,
        version=subject.version if subject else "",
        path=claim.path,
        location=subject.locate(claim.path, key=claim.on_key) if subject else claim.place,
        related=tuple(Related(a.message, a.subject.id, _place(a, places)) for a in claim.related),
        fix=claim.fix,
        fingerprint=fingerprint(analyzer, claim),
        help_uri=analyzer.help_uri,
        edit=claim.edit,
    )


def _place(also: Also, places: Places) -> Location | None:
    """Where another resource has its part. Many findings of one conflict name the same ones: each is looked up once."""
    key = (also.subject.id, also.path)
    if key not in places:
        places[key] = also.subject.resource.locate(also.path)
    return places[key]


def _crash_findings(analyzers: Sequence[Analyzer], crashes: Sequence[Crash]) -> Iterator[Finding]:
    reporter = next((a for a in analyzers if a.name == CRASHED), None)
    for crash in crashes:
        name = f"{crash.analyzer.code} {crash.analyzer.name}"
        if reporter is not None:
            claim = Claim(None, (), "", key=(name,))
            yield Finding(
                code=reporter.code,
                name=reporter.name,
                severity=reporter.severity,
                message=f"the check {name} crashed ({crash.error}): its findings are missing from this report",
                fix="Run again with --debug for the traceback and report it to the author of the check.",
                fingerprint=fingerprint(reporter, claim),
            )
