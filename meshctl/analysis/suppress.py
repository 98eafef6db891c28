"""Findings that somebody has chosen to live with: owners by annotation or comment, users by configuration or flag."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from meshctl.analysis.analyzer import Analyzer, Claim
from meshctl.analysis.inline import ALL, OURS, Inline, NotUnderstood, about, annotations, comments, in_files
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.nearest import Names
from meshctl.graph.settings import Suppression
from meshctl.model.finding import Finding
from meshctl.model.severity import Severity

ALWAYS_TOLD = frozenset(
    {
        "analyzer-crashed",
        "baseline-entry-stale",
        "document-not-a-resource",
        "document-not-parsed",
        "input-without-resource",
        "suppression-expired",
        "suppression-not-understood",
        "suppression-refused",
        "suppression-unused",
    }
)
"""Checks whose findings nobody can suppress: they say what the others could not look at, or why they are silent."""

# Their findings need proxies, metrics, usage or other clusters: where nobody asked for these, nothing is known of them.
_OF_RUNNING_PROXIES = frozenset({"drift", "fleet", "latency", "overhead", "proxy"})

Told = tuple[str, Claim]
"""The name of a check and what is to be said under it."""


class SuppressionError(Exception):
    """A suppression that is not of the form CODE=KIND NAMESPACE/NAME."""


def parse_suppression(text: str) -> Suppression:
    """`IST0101=VirtualService shop/*` as the flag takes it and as reports print resources. Raises SuppressionError."""
    check, equals, resource = text.partition("=")
    if not (equals and check.strip() and resource.strip()):
        raise SuppressionError(f"{text!r} suppresses nothing: write CODE=KIND NAMESPACE/NAME, with * for any letters")
    return Suppression(check.strip(), resource.strip())


class Suppressions:
    """All suppressions of a run, and which of them were of use."""

    def __init__(self, mesh: MeshGraph) -> None:
        settings = mesh.settings
        found = [*annotations(mesh.snapshot.resources), *comments(mesh.snapshot.remarks)]
        self._not_understood = [one for one in found if isinstance(one, NotUnderstood)]
        self._inline = [one for one in found if isinstance(one, Inline)]
        self._user = settings.suppress
        self._today = settings.now.date()
        self._require_reason, self._allow_inline = settings.require_reason, settings.allow_inline
        self._mesh = mesh
        effective = [one for one in self._inline if not self._refusal(one)]
        self._by_resource, self._by_file = about(effective), in_files(effective)
        self.used: set[int] = set()
        """Those of use, by their addresses: a forked process has them at the same."""

    def of(self, analyzer: Analyzer, finding: Finding) -> tuple[str, str] | None:
        """What suppresses a finding: the kind of suppression and its reason. None if it is to be reported.

        Every suppression that fits is noted as used.
        """
        if analyzer.name in ALWAYS_TOLD:
            return None
        fitting: list[Suppression | Inline] = []
        if finding.resource is not None and self._user:
            fitting += [s for s in self._user if self._acts(s) and _fits(s, analyzer, finding)]
        if finding.resource in self._by_resource:
            fitting += [i for i in self._by_resource[finding.resource] if _names(i, analyzer)]
        place = finding.location
        if place is not None and place.file in self._by_file:
            fitting += [
                i
                for i in self._by_file[place.file]
                if _names(i, analyzer) and (i.lines is None or i.lines[0] <= place.start_line <= i.lines[1])
            ]
        if not fitting:
            return None
        self.used.update(map(id, fitting))
        first = fitting[0]
        return first.by if isinstance(first, Inline) else ("configuration" if first.place else "flag"), first.reason

    def problems(self, analyzers: Sequence[Analyzer], silent: Iterable[Analyzer], whole: bool) -> Iterator[Told]:
        """What is wrong with the suppressions themselves, after `analyzers` have run.

        `silent` are those of them that could not, `whole` says that the report is about everything: only then is a
        suppression without use known to be one.
        """
        if not (self._not_understood or self._inline or self._user):
            return
        known = _Checks(analyzers, frozenset(a.name for a in silent), self._mesh)
        for broken in self._not_understood:
            yield (
                "suppression-not-understood",
                Claim(None, (), broken.message, broken.fix, place=broken.place, key=_key(broken.text)),
            )
        for inline in self._inline:
            if refusal := self._refusal(inline):
                yield "suppression-refused", _claim(inline, f"{_naming(inline)} has no effect: {refusal}", _ALLOW)
            elif not inline.is_istios and known.is_unknown(inline.token):
                near = known.nearest(inline.token)
                claim = _claim(
                    inline,
                    f"{_naming(inline)} suppresses nothing: no check is called {inline.token}.",
                    f"Did you mean {near}?" if near else "Write the code or the name of a check.",
                )
                yield "suppression-not-understood", claim
            elif whole and id(inline) not in self.used and known.ran(inline.token):
                yield "suppression-unused", _unused(inline)
        for suppression in self._user:
            what = f"The suppression {suppression.check}={suppression.resource}"
            if suppression.until and suppression.until < self._today:
                message = f"{what} has expired on {suppression.until}: its findings are reported again."
                yield (
                    "suppression-expired",
                    _of_user(suppression, message, "Mend what it is about, or give it a new date."),
                )
            elif not self._acts(suppression):
                yield "suppression-refused", _of_user(suppression, f"{what} has no effect: {_NO_REASON}", _ALLOW)
            elif whole and id(suppression) not in self.used and known.ran(suppression.check):
                message = f"{what} suppresses nothing: there is no such finding."
                yield "suppression-unused", _of_user(suppression, message, "Remove it.")

    def _acts(self, suppression: Suppression) -> bool:
        if suppression.until is not None and suppression.until < self._today:
            return False
        return bool(suppression.reason or suppression.place is None or not self._require_reason)

    def _refusal(self, inline: Inline) -> str:
        """Why the configuration takes its effect from a suppression; empty if it does not."""
        if not self._allow_inline:
            return f"the configuration does not allow {inline.by}s to suppress (allowInline)."
        return _NO_REASON if self._require_reason and not inline.reason and not inline.is_istios else ""


_NO_REASON = "the configuration asks for a reason (requireReason)."
_ALLOW = "Do what the configuration asks for, or remove the suppression."


def has_looked(analyzer: Analyzer, mesh: MeshGraph) -> bool:
    """Whether silence of a check means something: of running proxies it knows only what was asked of them."""
    return analyzer.subject not in _OF_RUNNING_PROXIES or bool(mesh.facts.states or mesh.facts.latencies)


class _Checks:
    """Which checks a suppression can mean, and whether these have looked."""

    def __init__(self, analyzers: Sequence[Analyzer], silent: frozenset[str], mesh: MeshGraph) -> None:
        self._chosen = analyzers
        self._looked = {a.name for a in analyzers if a.name not in silent and has_looked(a, mesh)}

    def ran(self, token: str) -> bool:
        """Whether every check of that code, name or prefix has run. Of `all` nobody can say what it is meant for."""
        if token == ALL:
            return False
        meant = [a for a in self._installed() if a.answers_to(token)]
        return bool(meant) and all(self._has_run(a) for a in meant)

    def is_unknown(self, token: str) -> bool:
        """Whether no check is called so."""
        return token != ALL and not any(a.is_called(token) for a in self._installed())

    def nearest(self, token: str) -> str | None:
        """The code or name that was perhaps meant."""
        names = Names([name for a in self._installed() for name in (a.code, a.name)])
        return names.nearest(token) or names.nearest(token.upper())

    def _has_run(self, analyzer: Analyzer) -> bool:
        if analyzer.on_request and analyzer not in self._chosen:
            return True
        return analyzer.name in self._looked

    def _installed(self) -> Sequence[Analyzer]:
        return _installed(tuple(self._chosen))


@lru_cache(maxsize=1)
def _installed(chosen: tuple[Analyzer, ...]) -> Sequence[Analyzer]:
    """All checks: those of the run, and those that were left out of it."""
    names = {a.name for a in chosen}
    return (*chosen, *(a for a in load() if a.name not in names))


def _names(inline: Inline, analyzer: Analyzer) -> bool:
    return inline.token == ALL or analyzer.is_called(inline.token)


def _fits(suppression: Suppression, analyzer: Analyzer, finding: Finding) -> bool:
    return (
        analyzer.answers_to(suppression.check)
        and _glob(suppression.resource).fullmatch(str(finding.resource)) is not None
        and (suppression.path == "*" or _glob(suppression.path).fullmatch(finding.field) is not None)
    )


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    """`*` alone is special: brackets are part of paths as reports print them."""
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def _naming(inline: Inline) -> str:
    if inline.subject is not None:
        return f"The annotation {inline.text} of {inline.subject.id}"
    return f"The comment about {inline.token}"


def _unused(inline: Inline) -> Claim:
    naming = f"{inline.token} in t{_naming(inline)[1:]}" if inline.is_istios else _naming(inline)
    where = "the resource" if inline.subject is not None else "the place"
    claim = _claim(inline, f"{naming} suppresses nothing: {where} has no such finding.", "Remove it.")
    return claim


def _claim(inline: Inline, message: str, fix: str) -> Claim:
    if inline.subject is not None:
        severity = Severity.INFO if inline.is_istios else None
        return Claim(inline.subject, inline.path, message, fix, on_key=True, key=(inline.token,), severity=severity)
    return Claim(None, (), message, fix, place=inline.place, key=_key(inline.text, inline.token))


def _of_user(suppression: Suppression, message: str, fix: str) -> Claim:
    return Claim(
        None,
        (),
        message,
        fix,
        place=suppression.place,
        key=_key(suppression.check, suppression.resource, suppression.path),
    )


def _key(*parts: str) -> tuple[str, ...]:
    return ("suppression", *parts)


__all__ = ["ALWAYS_TOLD", "OURS", "SuppressionError", "Suppressions", "parse_suppression"]
