"""The file of a baseline: sorted JSON, one entry a line, so that a change of it reads well in a review."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from meshctl.model.baseline import Baseline, BaselineEntry
from meshctl.model.location import Location

DEFAULT_NAME = ".meshctl-baseline.json"
VERSION = 1
_TEXTS = ("fingerprint", "code", "resource", "file", "path")


class BaselineError(Exception):
    """A baseline that cannot be read or written: one sentence."""


def read_baseline(file: str) -> Baseline:
    """Read a baseline. Raises BaselineError where it does not exist or is none."""
    try:
        text = Path(file).read_text(encoding="utf-8")
        data = json.loads(text)
    except FileNotFoundError:
        raise BaselineError(f"there is no baseline {file}: `meshctl baseline write` makes one") from None
    except OSError as error:
        raise BaselineError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise BaselineError(f"{file} is no baseline: it is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        hint = ": it has the marks of a merge conflict" if "\n<<<<<<< " in text else f": {error}"
        raise BaselineError(f"{file} is no baseline{hint}") from None
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list):
        raise BaselineError(f"{file} is no baseline: it has no list of findings")
    if data.get("version") != VERSION:
        raise BaselineError(f"{file} is a baseline of version {data.get('version')}, and this meshctl reads {VERSION}")
    lines = _lines(text)
    return Baseline(file, tuple(sorted(_merged(_entry(file, item, lines) for item in data["findings"]), key=_order)))


def write_baseline(baseline: Baseline) -> None:
    """Write a baseline in place of the old one, at once or not at all. Raises BaselineError."""
    rows = [
        {
            "fingerprint": entry.fingerprint,
            "code": entry.code,
            "resource": entry.resource,
            "file": entry.file,
            "path": entry.path,
            "count": entry.count,
        }
        for entry in sorted(_merged(baseline.entries), key=_order)
    ]
    body = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in rows)
    text = f'{{\n  "version": {VERSION},\n  "findings": [{f"{chr(10)}{body}{chr(10)}  " if rows else ""}]\n}}\n'
    from meshctl.sources.writing import replace_file

    try:
        replace_file(baseline.file, text.encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise BaselineError(f"cannot write {baseline.file}: {error.strerror}") from error


def name_in(baseline_file: str, file: str) -> str:
    """The name of an input file as a baseline holds it; stdin and live objects keep theirs."""
    if not file or file == "-":
        return file
    folder = os.path.dirname(os.path.abspath(baseline_file))
    return os.path.relpath(os.path.abspath(file), folder).replace(os.sep, "/")


def _entry(file: str, item: Any, lines: dict[str, tuple[int, str]]) -> BaselineEntry:
    fields = item if isinstance(item, dict) else {}
    texts = {key: text for key in _TEXTS if isinstance(text := fields.get(key), str)}
    count = fields.get("count", 1)
    if len(texts) < len(_TEXTS) or type(count) is not int or count < 1:
        raise BaselineError(f"{file} is no baseline: {json.dumps(item)[:80]} is no entry")
    line, source = lines.get(texts["fingerprint"], (1, ""))
    return BaselineEntry(**texts, count=count, place=Location(file, line, 1, line, len(source) + 1, source))


def _lines(text: str) -> dict[str, tuple[int, str]]:
    """Number and text of the first line of each fingerprint."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        _, key, rest = line.partition('"fingerprint"')
        if key:
            found.setdefault(rest.lstrip(' :"').partition('"')[0], (number, line))
    return found


def _merged(entries: Iterable[BaselineEntry]) -> Iterable[BaselineEntry]:
    """One entry a field, as two branches that were merged may have left two equal lines."""
    found: dict[tuple[str, str, str], BaselineEntry] = {}
    for entry in entries:
        known = found.get(entry.key)
        if known is None or known.count < entry.count:
            found[entry.key] = entry
    return found.values()


def _order(entry: BaselineEntry) -> tuple[str, ...]:
    return entry.file, entry.resource, entry.code, entry.path, entry.fingerprint
