"""How it is told that a cluster is unlike the others of its group."""

from meshctl.graph.fleet.groups import of_group
from meshctl.graph.view import View
from meshctl.model.deviation import Deviation, Field, Unlike
from meshctl.model.paths import Path, dotted

_FEW = 2


def what_differs(subject: View, found: Deviation) -> str:
    """`Service shop/web differs from the one in 19 of 20 clusters with env=prod (a, b, ...): ...`, as sentences."""
    fields = "; ".join(_field(field) for field in found.fields[:_FEW])
    left = len(found.fields) - _FEW + found.more
    more = f"; {left:,} more fields differ" if left > 1 else "; one more field differs" if left == 1 else ""
    if found.unlike is Unlike.VARIES:
        where = f"the {found.clusters:,} clusters{of_group(found.group)}"
        text = f"{subject.id} has {found.alike:,} versions in {where}, none of them in most."
        return f"{text} In {subject.cluster}, {fields}{more}."
    return f"{subject.id} differs from the one in {others(found)}: {fields}{more}."


def others(found: Deviation) -> str:
    """`19 of the 20 clusters with env=prod (eu-1, eu-2, eu-3, ...)`; of two clusters the name of the other."""
    if found.clusters == 2:
        return f"{found.others[0]}{of_group(found.group)}"
    names = ", ".join(found.others) + (", ..." if found.alike > len(found.others) else "")
    return f"{found.alike:,} of the {found.clusters:,} clusters{of_group(found.group)} ({names})"


def first_field(found: Deviation) -> Path:
    """The first field that differs; the name where the resource itself does."""
    return found.fields[0].path if found.fields else ("metadata", "name")


def fleet_key(found: Deviation) -> tuple[str, ...]:
    """What stays the same about it while other clusters come and go."""
    return (found.group, found.unlike.value)


def _field(field: Field) -> str:
    return f"{_shown(field.path)} is {_value(field.here)} here and {_value(field.usual)} there"


def _shown(path: Path) -> str:
    # What a ConfigMap has in one text is a tree to us.
    return f"meshConfig.{dotted(path[2:])}" if path[:2] == ("data", "mesh") else dotted(path)


def _value(value: str | None) -> str:
    if value is None:
        return "not set"
    return "empty" if value in ("", "{}", "[]") else value
