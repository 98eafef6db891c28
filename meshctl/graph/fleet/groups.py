"""Which clusters of a fleet should be equal: those with the same values of some labels."""

from collections.abc import Mapping, Sequence

EVERYONE = "all"
"""In the place of a label: every cluster should be equal to every other."""
DEFAULT = ("env",)


def group_of(labels: Mapping[str, str], equal_by: Sequence[str]) -> str:
    """`env=prod, region=eu`: the group of a cluster; empty where it lacks one of the labels and so has no equal."""
    if EVERYONE in equal_by:
        return EVERYONE
    if not equal_by or any(label not in labels for label in equal_by):
        return ""
    return ", ".join(f"{label}={labels[label]}" for label in equal_by)


def of_group(group: str) -> str:
    """A group in a sentence: ` with env=prod`; nothing for that of everyone."""
    return "" if group == EVERYONE else f" with {group}"
