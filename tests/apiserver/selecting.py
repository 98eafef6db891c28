"""Label and field selectors of a list, as far as clients use them."""

import re
from collections.abc import Mapping

from tests.apiserver.store import Stored

_SET = re.compile(r"\s*(!?[^\s!=,()]+)(?:\s+(in|notin)\s+\(([^)]*)\)|\s*(==|!=|=)\s*([^,\s]*))?\s*(?:,|$)")


def selects(query: Mapping[str, str], stored: Stored) -> bool:
    """Whether an object is one of those that labelSelector and fieldSelector ask for."""
    labels = stored.data["metadata"].get("labels") or {}
    if not all(_matches(term, labels) for term in _SET.findall(query.get("labelSelector", ""))):
        return False
    fields = _Fields(stored)
    return all(_matches(term, fields) for term in _SET.findall(query.get("fieldSelector", "")))


def _matches(term: tuple[str, ...], values: Mapping[str, str]) -> bool:
    key, word, members, sign, value = term
    if word:
        found = values.get(key) in [member.strip() for member in members.split(",")]
        return found if word == "in" else not found
    if sign:
        return (values.get(key) == value) is (sign != "!=")
    return key[1:] not in values if key.startswith("!") else key in values


class _Fields(dict[str, str]):
    """The fields of an object by their paths, read when asked for."""

    def __init__(self, stored: Stored) -> None:
        self._data = {**stored.data, "metadata": stored.data["metadata"]}

    def get(self, key: str, default: object = None) -> str:
        value: object = self._data
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return "" if value is None else str(value)
