"""Fleets on this machine: what is found, what is told of clusters that cannot be read, what a lost process costs."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from meshctl import __version__
from meshctl.analysis.fleet.task import Task
from meshctl.graph.settings import Settings
from meshctl.model.fleet import Source
from tests.cli.command import Done, inside, meshctl
from tests.fleet.clusters import ALIKE, POLICY, Held, planted, text, write

JSON = ("--no-config", "--complete", "-o", "json", "--workers", "1")
EVERY = (*JSON, "--equal-by", "all", "--select", "IST0101", "--select", "MSH5")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MESHCTL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def report(done: Done) -> Any:
    return json.loads(done.out)


def found(done: Done) -> set[tuple[str, str, str]]:
    return {
        (f["code"], f["resource"]["cluster"].rpartition("/")[2], f["resource"]["name"])
        for f in report(done)["findings"]
    }


def test_what_only_the_fleet_can_tell(tmp_path: Path) -> None:
    done = inside("fleet", *planted(tmp_path), *EVERY)
    assert (done.code, done.err) == (1, "")
    alike = {("IST0101", cluster, "web") for cluster in "abcde"}
    assert found(done) == alike | {("MSH509", "d", "default"), ("MSH512", "e", "extra")}
    said = {f["code"]: f for f in report(done)["findings"]}
    folder = tmp_path.as_posix()
    assert said["MSH509"]["message"] == (
        f"PeerAuthentication shop/default differs from the one in 4 of the 5 clusters ({folder}/a, {folder}/b, "
        f"{folder}/c, ...): spec.mtls.mode is PERMISSIVE here and STRICT there."
    )
    assert said["MSH509"]["path"] == "spec.mtls.mode"
    assert said["MSH512"]["message"].startswith(f"Service shop/extra is in {folder}/e, but not in 4 of the 5 clusters")
    rows = {row["code"]: row for row in report(done)["fleetFindings"]}
    assert (rows["IST0101"]["clusters"], rows["IST0101"]["of"], rows["IST0101"]["mostClusters"]) == (5, 5, 5)
    assert rows["MSH509"]["names"] == [f"{folder}/d"]
    assert [(row["unlike"], row["alike"], row["clusters"]) for row in report(done)["fleetDifferences"]] == [
        ("extra", 4, 5),
        ("differs", 4, 5),
    ]


def test_the_findings_of_each_are_those_of_analyze(tmp_path: Path) -> None:
    place = str(write(tmp_path, "a"))
    alone = json.loads(inside("analyze", place, "--no-config", "--complete", "-o", "json").out)["findings"]
    fleet = report(inside("fleet", place, *JSON))["findings"]
    for finding in fleet:
        assert finding["resource"].pop("cluster") == place
        # The cluster is part of what a finding is known by.
        finding.pop("fingerprint")
    for finding in alone:
        finding["resource"].pop("cluster")
        finding.pop("fingerprint")
    assert fleet == alone != []


def test_labels_say_which_should_be_equal(tmp_path: Path) -> None:
    planted(tmp_path / "x")
    (tmp_path / ".meshctl.yaml").write_text(
        "version: 1\nfleet:\n  equalBy: [env]\n  clusters:\n"
        "  - {path: 'x/[abc]', labels: {env: prod, region: eu}}\n"
        "  - {path: x/d, name: fourth, labels: {env: prod, region: us}}\n"
        "  - {path: x/e, labels: {env: test, region: us}}\n"
    )
    done = meshctl("fleet", "-o", "json", "--complete", "--workers", "1", "--select", "MSH5", cwd=tmp_path)
    assert (found(done), done.err) == ({("MSH509", "fourth", "default")}, "")
    assert "4 clusters with env=prod" in report(done)["findings"][0]["message"]
    totals = {(row["label"], row["value"]): row for row in report(done)["fleetTotals"]}
    assert {key: row["clusters"] for key, row in totals.items()} == {
        ("env", "prod"): 4,
        ("env", "test"): 1,
        ("region", "eu"): 3,
        ("region", "us"): 2,
        (None, None): 5,
    }
    assert totals["env", "test"]["resources"] == 5 and totals[None, None]["resources"] == 21


def test_without_labels_nothing_is_compared_and_that_is_told(tmp_path: Path) -> None:
    done = inside("fleet", *planted(tmp_path), *JSON, "--select", "MSH5")
    assert report(done)["findings"] == [] and "nothing says which should be equal" in done.err


def test_what_cannot_be_read_is_named_and_the_others_are_told(tmp_path: Path) -> None:
    places = planted(tmp_path)
    (tmp_path / "b/mesh.yaml").write_bytes(b"kind: [" * 9)
    (tmp_path / "e/more.yaml").write_bytes(b"kind: [")
    poison = tmp_path / "poison.tar.gz"
    poison.write_bytes(b"\x1f\x8b\x08\x00" + b"x" * 2000)
    done = inside("fleet", *places, str(poison), *EVERY)
    assert done.code == 3
    state = {Path(row["cluster"]).name: row["state"] for row in report(done)["fleet"]}
    assert state == {"a": "done", "b": "failed", "c": "done", "d": "done", "e": "partly", "poison.tar.gz": "failed"}
    unread = {Path(each["what"]).name: each["why"] for each in report(done)["summary"]["unread"]}
    assert "poison.tar.gz" in unread and any(name.startswith("mesh.yaml") for name in unread)
    assert ("IST0101", "c", "web") in found(done) and ("MSH509", "d", "default") in found(done)


def test_a_killed_process_changes_nothing(tmp_path: Path) -> None:
    held = Held(tmp_path / "held.yaml")
    command = [
        sys.executable,
        "-m",
        "meshctl",
        "fleet",
        *planted(tmp_path / "x"),
        str(held.path),
        "--workers",
        "2",
        *EVERY,
    ]

    def run(*, kill: bool) -> tuple[int, str, str]:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with held.reading() as reader:
            assert reader != process.pid
            if kill:
                assert held.killed(reader) != process.pid
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    undisturbed, killed = run(kill=False), run(kill=True)
    assert killed == undisturbed and undisturbed[0] == 1
    assert len(json.loads(killed[1])["fleet"]) == 6


def test_an_earlier_run_is_gone_on_with(tmp_path: Path) -> None:
    places, state = planted(tmp_path / "x"), tmp_path / "state"
    (tmp_path / "x/b/mesh.yaml").write_text("kind: [")
    first = inside("fleet", *places, *EVERY, "--state", str(state))
    assert first.code == 3
    kept = sorted(state.iterdir())
    assert len(kept) == 4 and {file.stat().st_mode & 0o777 for file in kept} == {0o600}
    assert state.stat().st_mode & 0o777 == 0o700
    (tmp_path / "x/b/mesh.yaml").write_text(text(*ALIKE))
    again = inside("fleet", *places, *EVERY, "--state", str(state), "--resume")
    assert again.err == "note: 4 of 5 clusters are as an earlier run has found them\n"
    whole = inside("fleet", *places, *EVERY, "--no-cache")
    assert (again.code, again.out) == (whole.code, whole.out) and again.code == 1


def test_other_settings_are_another_question() -> None:
    task = Task(__version__, Source("a", path="a"), Settings())
    for other in (
        structs.replace(task, settings=Settings(cluster_domain="mesh.local")),
        structs.replace(task, version="0.0.0"),
        structs.replace(task, stamp="7 1"),
        structs.replace(task, source=Source("a", {"env": "prod"}, path="a")),
        structs.replace(task, ignore=("MSH102",)),
    ):
        assert other.key != task.key
    later = Settings(now=datetime(2030, 1, 1, tzinfo=UTC))
    assert structs.replace(task, settings=later, timeout=5.0).key == task.key


def test_no_secret_is_kept(tmp_path: Path) -> None:
    import zlib

    secret = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzaG9wIn0.c2lnbmF0dXJlLW9mLXNob3A"
    rule = (
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\n"
        "spec: {hosts: [web], http: [{headers: {request: {set: {authorization: Bearer %s}}}, "
        "route: [{destination: {host: web}}]}]}\n"
    )
    places = [str(write(tmp_path, name, *ALIKE[:3], rule % (secret + name))) for name in "ab"]
    done = inside("fleet", *places, *EVERY, "--state", str(tmp_path / "state"))
    kept = b"".join(zlib.decompress(file.read_bytes()[16:]) for file in (tmp_path / "state").iterdir())
    assert b"VirtualService" in kept and b"REDACTED" in kept
    assert secret.encode() not in kept and secret not in done.out


def test_parts_make_the_whole(tmp_path: Path) -> None:
    places, state = planted(tmp_path / "x"), str(tmp_path / "state")
    parts = [inside("fleet", *places, *EVERY, "--part", f"{i}/2", "--state", state) for i in range(2)]
    assert [len(report(part)["fleet"]) for part in parts] == [3, 2]
    # What was changed since is another question, and what was damaged is of no use.
    (tmp_path / "x/b/mesh.yaml").write_text(text(*ALIKE, "\n"))
    kept = next(Path(state).iterdir())
    kept.write_bytes(kept.read_bytes()[:-1])
    gathered = inside("fleet", *places, *EVERY, "--resume", "--state", state)
    assert gathered.err in (f"note: {n} of 5 clusters are as an earlier run has found them\n" for n in (3, 4))
    assert gathered.out == inside("fleet", *places, *EVERY).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "which clusters? name contexts"),
        (("--part", "3/3", "."), "--part 3/3 is none"),
        (("--scheduler", "tcp://127.0.0.1:1", "x"), "--scheduler: workers read x where they are"),
        (("--resume", "--no-cache", "x"), "--resume needs what an earlier run has kept"),
        (("x", "--state", "x/mesh.yaml"), "cannot write x/mesh.yaml"),
    ],
)
def test_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str) -> None:
    write(tmp_path, "x")
    monkeypatch.chdir(tmp_path)
    done = inside("fleet", *arguments, "--no-config")
    assert done.code == 2 and said in done.err


def test_a_finding_of_the_fleet_can_be_lived_with(tmp_path: Path) -> None:
    places = planted(tmp_path)
    suppressed = inside("fleet", *places, *EVERY, "--suppress", "MSH509=PeerAuthentication shop/*")
    assert ("MSH509", "d", "default") not in found(suppressed)
    assert report(suppressed)["summary"]["suppressed"] == 1
    mine = POLICY.replace("namespace: shop", "namespace: shop, annotations: {{ignore.meshctl.dev/MSH509: old clients}}")
    (tmp_path / "d/mesh.yaml").write_text(text(ALIKE[0], mine.format(mode="PERMISSIVE"), *ALIKE[2:]))
    annotated = inside("fleet", *places, *EVERY)
    assert ("MSH509", "d", "default") not in found(annotated)
    assert report(annotated)["summary"]["suppressed"] == 1
