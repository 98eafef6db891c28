"""`meshctl drift` from the command line."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.cli.command import ROOT, Done, inside

SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text(encoding="utf-8")))
FIXTURES = ROOT / "fixtures"
SENT = FIXTURES / "MSH210-resource-field-not-sent/fail-timeout-not-sent"
TAKEN = FIXTURES / "MSH211-proxy-runs-other-than-sent/pass-limit-taken"
FILTER = FIXTURES / "MSH219-envoyfilter-overrides-resource/fail-limit-by-envoyfilter"
UNKNOWN = FIXTURES / "MSH217-resource-field-not-in-proxy/fail-timeout-of-before"


def drift(case: Path, *more: str) -> Done:
    given = ("drift", *more, "--no-config", "--no-cache", "-f", str(case / "mesh.yaml"))
    return inside(*given, "--dump", str(case / "recorded"))


def report(case: Path, *more: str) -> tuple[int, Any]:
    done = drift(case, *more, "-o", "json", "-q")
    value = json.loads(done.out)
    SCHEMA.validate(value)
    return done.code, value


def test_a_difference_has_its_three_values_and_its_place() -> None:
    code, value = report(SENT)
    (row,) = value["drift"]
    assert code == 1
    assert (row["desired"], row["sent"], row["running"]) == ("4s", "7s", "7s")
    assert (row["path"], row["field"], row["hop"]) == (
        "spec.http[0].timeout",
        "route.timeout",
        "resources-to-control-plane",
    )
    assert (row["resource"]["kind"], row["resource"]["name"], row["resource"]["version"]) == (
        "VirtualService",
        "api",
        "v1",
    )
    assert row["objects"] == ["route 80/api.shop.svc.cluster.local:80"]
    assert row["proxies"] == ["web-1.shop"]
    (finding,) = value["findings"]
    assert finding["code"] == "MSH210"
    assert finding["location"]["file"].endswith("mesh.yaml")
    assert "timeout: 4s" in (SENT / "mesh.yaml").read_text().splitlines()[finding["location"]["startLine"] - 1]


def test_no_drift_is_clean() -> None:
    code, value = report(TAKEN)
    assert (code, value["drift"], value["findings"]) == (0, [], [])
    assert "1 proxy: no drift." in drift(TAKEN).err


def test_what_an_envoyfilter_explains_is_told_and_fails_nothing() -> None:
    code, value = report(FILTER)
    (row,) = value["drift"]
    assert code == 0
    assert (row["explainedBy"]["kind"], row["explainedBy"]["name"]) == ("EnvoyFilter", "fewer")
    assert [finding["code"] for finding in value["findings"]] == ["MSH219"]


def test_without_istiods_answer_nobody_is_blamed() -> None:
    _, value = report(UNKNOWN)
    (row,) = value["drift"]
    assert (row["hop"], row["desired"], row["sent"], row["running"]) == ("resources-to-proxy", "4s", None, "7s")
    done = drift(UNKNOWN)
    assert "What istiod sends is not known of 1." in done.err
    assert "not known, 1 proxy" in done.out


def test_the_table_fits_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = drift(SENT)
    table = done.out.split("\n\n")[0]
    assert "RESOURCE" in table and "DESIRED" in table and "RUNNING" in table
    assert "VirtualService shop/api" in table and "spec.http[0].timeout" in table
    assert max(map(len, table.splitlines())) <= 80


def test_a_proxy_that_is_named_must_be_there() -> None:
    done = drift(SENT, "web-2")
    assert done.code == 2
    assert "there is no proxy web-2: did you mean web-1?" in done.err
    assert "there is no proxy wbe: did you mean shop/web-1?" in drift(SENT, "wbe").err


@pytest.mark.parametrize("name", ["web-1", "web-1.shop", "shop/web-1"])
def test_a_proxy_has_three_names(name: str) -> None:
    code, value = report(SENT, name)
    assert (code, [row["proxies"] for row in value["drift"]]) == (1, [["web-1.shop"]])


def test_a_namespace_without_a_proxy_is_a_slip() -> None:
    assert report(SENT, "-n", "shop")[0] == 1
    done = drift(SENT, "-n", "shpo")
    assert (done.code, done.out) == (2, "")
    assert "there is no proxy in namespace shpo: did you mean shop?" in done.err


def test_that_nothing_can_be_compared_is_not_that_nothing_differs(tmp_path: Path) -> None:
    (tmp_path / "istiod.syncz.json").write_text("[]")
    done = inside("drift", "--no-config", "--dump", str(tmp_path))
    assert (done.code, done.out) == (2, "")
    assert "no proxy to compare" in done.err


def test_a_broken_dump_makes_the_run_incomplete(tmp_path: Path) -> None:
    (tmp_path / "web-1.config_dump.json").write_text("<html>")
    done = inside("drift", "--no-config", "-f", str(SENT / "mesh.yaml"), "--dump", str(tmp_path), "-o", "json", "-q")
    value = json.loads(done.out)
    SCHEMA.validate(value)
    assert done.code == 3
    assert value["summary"]["unread"][0]["what"] == "web-1"


def test_what_is_left_of_a_resource_is_told_in_words(tmp_path: Path) -> None:
    text = (UNKNOWN / "mesh.yaml").read_text().split("---\n")
    rest = [part for part in text if "kind: VirtualService" not in part]
    rule = "kind: DestinationRule\nmetadata: {name: api, namespace: shop}\nspec: {host: api}\n"
    mesh = tmp_path / "mesh.yaml"
    mesh.write_text("---\n".join([*rest, f"apiVersion: networking.istio.io/v1\n{rule}"]))
    done = inside("drift", "--no-config", "-f", str(mesh), "--dump", str(UNKNOWN / "recorded"), "-o", "json", "-q")
    messages = [finding["message"] for finding in json.loads(done.out)["findings"]]
    assert (
        "VirtualService shop/api is not in the input, and proxies run what was made from it: "
        "route 80/api.shop.svc.cluster.local:80, on web-1.shop."
    ) in messages
