"""The published schema of the configuration says what the loader reads, key by key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from meshctl.config.load import ConfigurationError, read
from tests.cli.command import inside as meshctl
from tests.config.test_load import WHOLE, written

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "meshctl/config/schema.json").read_text())


def sections(schema: dict[str, Any], place: str = "") -> Iterator[tuple[str, set[str]]]:
    """Each mapping with fixed keys as a text with a hole, and its keys."""
    if "properties" in schema:
        yield place + "{%s}", set(schema["properties"])
        for key, inner in schema["properties"].items():
            for nested, keys in sections(inner):
                yield place + "{" + key + ": " + nested + "}", keys
    elif schema.get("type") == "array":
        for nested, keys in sections(schema["items"]):
            yield place + "[" + nested + "]", keys


SECTIONS = list(sections(SCHEMA))


def test_the_walk_finds_all_mappings() -> None:
    assert [place for place, _ in SECTIONS] == [
        "{%s}",
        "{fleet: {%s}}",
        "{fleet: {clusters: [{%s}]}}",
        "{analyzers: {%s}}",
        "{suppress: [{%s}]}",
        "{assumePresent: [{%s}]}",
        "{mesh: {%s}}",
    ]


@pytest.mark.parametrize(("place", "keys"), SECTIONS, ids=[place for place, _ in SECTIONS])
def test_the_loader_knows_these_keys_and_no_others(tmp_path: Path, place: str, keys: set[str]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(written(tmp_path, place % "qqqqqqqqqqqqqqqq: 1"))
    assert str(raised.value).partition("known here: ")[2].split(", ") == sorted(keys)


def test_what_the_loader_reads_is_valid() -> None:
    import yaml

    validator = jsonschema_rs.validator_for(SCHEMA)
    whole = json.loads(json.dumps(yaml.load(WHOLE, yaml.BaseLoader)))
    whole |= {"version": 1, "requireReason": True, "allowInline": False}
    validator.validate(whole)
    assert not validator.is_valid({**whole, "failOn": "errors"})
    assert set(whole) == set(SCHEMA["properties"])


def test_the_schema_is_printed() -> None:
    done = meshctl("config", "schema")
    assert (done.code, json.loads(done.out)) == (0, SCHEMA)
