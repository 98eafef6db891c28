"""Secrets in what differs: that they do is told, what they are is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from meshctl.proxy.drift.withheld import means, shown, shown_within
from meshctl.proxy.status.rejections import rejections_in
from tests.cli.command import ROOT, inside

CASE = ROOT / "fixtures/MSH210-resource-field-not-sent/fail-timeout-not-sent"
SET: Any = ("spec", "http", 0, "headers", "request", "set")


@pytest.mark.parametrize(
    ("value", "path", "told"),
    [
        ("top", (*SET, "x-api-key"), "REDACTED"),
        ("top", (*SET, "my-token"), "REDACTED"),
        ("Bearer abcdefgh", (*SET, "x-other"), "Bearer REDACTED"),
        ("1", (*SET, "x-edge"), "1"),
        ("exact Basic aGVsbG8=", ("spec", "http", 0, "match", 0, "headers", "authorization"), "REDACTED"),
        (("GET", "Bearer abcdefgh"), ("spec", "x", 0), ("GET", "Bearer REDACTED")),
        ("4s", ("spec", "http", 0, "timeout"), "4s"),
        (None, (*SET, "x-api-key"), None),
        (4, ("spec", "http", 0, "key"), 4),
    ],
)
def test_what_is_shown(value: object, path: Any, told: object) -> None:
    assert shown(value, path) == told


@pytest.mark.parametrize(("name", "told"), [("x-api-key", "REDACTED"), ("my-token", "REDACTED"), ("x-edge", "top")])
def test_a_header_is_known_by_the_name_beside_it(name: str, told: str) -> None:
    route = {"request_headers_to_add": [{"header": {"key": name, "value": "top"}}]}
    assert shown_within(route, ("request_headers_to_add", 0, "header", "value"), "top") == told


def test_a_recording_without_secrets_may_hold_the_wanted_one() -> None:
    assert means("top", "REDACTED", (*SET, "x-api-key"))
    assert not means("top", "REDACTED", (*SET, "x-edge"))
    assert not means("top", "other", (*SET, "x-api-key"))


def test_a_refusal_may_quote_what_was_refused() -> None:
    (found,) = rejections_in("LDS", "Error adding/updating listener(s) web: invalid value: Bearer abcdefgh12\n")
    assert (found.resource, found.reason) == ("web", "invalid value: Bearer REDACTED")


def _added(value: Any, start: str) -> Any:
    """Every route of a dump with two more headers, the values of which begin like this."""
    if isinstance(value, list):
        return [_added(each, start) for each in value]
    if not isinstance(value, dict):
        return value
    names = ("x-api-key", "x-edge")
    more = [{"header": {"key": name, "value": f"{start}-{name}"}} for name in names]
    headers = {"request_headers_to_add": more} if "match" in value and "route" in value else {}
    return {key: _added(each, start) for key, each in value.items()} | headers


@pytest.mark.parametrize("form", ["json", "human", "sarif", "html"])
def test_reports_have_none(tmp_path: Path, form: str) -> None:
    for name, start in (("istiod.config_dump.web.json", "wanted"), ("web-1.config_dump.json", "running")):
        dump = json.loads((CASE / "recorded" / name).read_text())
        (tmp_path / name).write_text(json.dumps(_added(dump, start)))
    done = inside("drift", "--no-config", "--no-cache", "--dump", str(tmp_path), "-o", form)
    assert done.code == 1
    assert "wanted-x-edge" in done.out and "running-x-edge" in done.out
    assert "REDACTED" in done.out
    assert "wanted-x-api" not in done.out and "running-x-api" not in done.out
