"""Where a finding is, in words that other tools understand: a file seen from the root of the repository."""

import os
from pathlib import PurePath

from meshctl.model.finding import Finding
from meshctl.model.result import Result, Unread
from meshctl.reports.formats import Style


def from_root(file: str, style: Style) -> str:
    """The name of a file as seen from the root, with `/` between; as it is where it lies outside, or stdin."""
    if file == "-":
        return "stdin"
    if style.root:
        seen = os.path.relpath(file, style.root)
        if not seen.startswith(os.pardir):
            return PurePath(seen).as_posix()
    return os.path.normpath(file).replace(os.sep, "/")


def artifact(finding: Finding, style: Style) -> str:
    """The file of a finding; what is in no file gets a name that stays the same.

    Tools for source code drop what has no file: `cluster/prod-eu/shop/Service/reviews.yaml` is shown instead.
    """
    if finding.location:
        return from_root(finding.location.file, style)
    if not finding.resource:
        return f"meshctl/{finding.name}"
    r = finding.resource
    return "/".join(filter(None, ("cluster", r.cluster, r.namespace, r.kind, f"{r.name}.yaml")))


def logical(finding: Finding) -> str:
    """The resource as one name, `prod-eu/shop/Service/reviews`; empty for a finding about a file."""
    r = finding.resource
    return "/".join(filter(None, (r.cluster, r.namespace, r.kind, r.name))) if r else ""


def untold(result: Result) -> list[Unread]:
    """What was not read and is not told by a finding: a file that does not parse has one of its own."""
    places = [f.location for f in result.findings if f.location]
    told = {p.file for p in places} | {f"{p.file}:{p.start_line}" for p in places}
    return [unread for unread in result.unread if unread.what not in told]


def told(finding: Finding) -> str:
    """A finding in one paragraph: what it is about, what is wrong and the next step."""
    subject = f"{finding.resource}: " if finding.resource else ""
    message = finding.message if finding.message.endswith((".", "!", "?")) or not finding.fix else f"{finding.message}."
    return f"{subject}{message} {finding.fix}".rstrip()
