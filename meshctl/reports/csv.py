"""The rows of a command's tables, or the findings where it has none, as CSV for spreadsheets."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from meshctl.model.result import Result
from meshctl.reports.formats import Style
from meshctl.reports.json import document
from meshctl.reports.text import one_line

Row = Mapping[str, Any]
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@")


def render(result: Result, style: Style) -> str:
    """One header and one line a row; the first column says of which table it is.

    The columns are all that the published schema names for these tables, whatever the rows are: `resource.name` is
    the name in `resource`. What a table does not have is empty, as is what is not known. Inputs that were not read have
    lines of their own at the end, and so has what ended the run.
    """
    tables: Mapping[str, Sequence[Row]] = result.tables or {"findings": document(result)["findings"]}
    tables = {**tables, "unread": list(_unread(result))}
    own = {key: _columns(key, rows) for key, rows in tables.items()}
    columns = list(dict.fromkeys(name for names in own.values() for name in names))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", *columns])
    for key, rows in tables.items():
        # `pods` may be a number in one table and have parts in another.
        names = set(own[key])
        for row in rows:
            writer.writerow([key, *(_text(_value(row, name), style) if name in names else "" for name in columns)])
    return out.getvalue()


def _unread(result: Result) -> Iterator[Row]:
    for each in result.unread:
        yield {"unread": {"what": each.what, "why": each.why}}
    if result.failure:
        yield {"unread": {"what": "everything", "why": result.failure.message}}


def _columns(key: str, rows: Sequence[Row]) -> list[str]:
    """Those of the schema; for a table that is not published, those of its rows."""
    if key == "unread":
        return ["unread.what", "unread.why"]
    published = _schema()["properties"].get(key)
    if published is None:
        return list(dict.fromkeys(name for row in rows for name in _flat(row)))
    return list(dict.fromkeys(_names(published["items"], "")))


def _names(shape: Mapping[str, Any], prefix: str) -> Iterator[str]:
    if "$ref" in shape:
        shape = _schema()["$defs"][shape["$ref"].rpartition("/")[2]]
    for name, part in shape.get("properties", {}).items():
        inner = list(_names(part, f"{prefix}{name}."))
        yield from inner or [f"{prefix}{name}"]
    for part in (*shape.get("allOf", ()), *shape.get("anyOf", ()), *shape.get("oneOf", ())):
        yield from _names(part, prefix)


def _flat(row: Row, prefix: str = "") -> Iterator[str]:
    for name, value in row.items():
        inner = list(_flat(value, f"{prefix}{name}.")) if isinstance(value, Mapping) else []
        yield from inner or [f"{prefix}{name}"]


def _value(row: Row, column: str) -> Any:
    value: Any = row
    for name in column.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: Any, style: Style) -> str:
    """Numbers as in the JSON; several texts with semicolons between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        value = "; ".join(value)
    text = one_line(value if isinstance(value, str) else json.dumps(value), style)
    return f"'{text}" if text.startswith(_FORMULA) else text


@cache
def _schema() -> dict[str, Any]:
    published: dict[str, Any] = json.loads((files("meshctl.reports") / "schema.json").read_text(encoding="utf-8"))
    return published
