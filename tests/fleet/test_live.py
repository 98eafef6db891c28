"""Fleets of live clusters: which contexts are meant, and one that is dead."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meshctl.model.fleet import Listed, Source
from meshctl.sources.cluster.kubeconfig import known_contexts
from meshctl.sources.errors import InputError
from meshctl.sources.files import read_files
from meshctl.sources.fleet.given import configured_sources, given_sources
from tests.apiserver import ApiServer
from tests.cli.command import inside
from tests.fleet.clusters import ALIKE, POLICY, text

Start = Callable[..., ApiServer]
EVERY = ("--no-config", "-o", "json", "--workers", "1", "--equal-by", "all")


def objects(tmp_path: Path, *documents: str) -> list[Any]:
    (tmp_path / "objects.yaml").write_text(text(*documents))
    return [resource.data for resource in read_files([str(tmp_path / "objects.yaml")]).resources]


@pytest.fixture
def config(tmp_path: Path, api_server: Start) -> Path:
    """Two clusters alike, one that is not, and one that does not answer."""
    file = tmp_path / "config"
    odd = (ALIKE[0], POLICY.format(mode="PERMISSIVE"), *ALIKE[2:])
    for name, documents in (("prod-eu", ALIKE), ("prod-us", ALIKE), ("prod-asia", odd), ("test", odd)):
        server = api_server(objects(tmp_path, *documents))
        server.kubeconfig(file, context=name)
        if name == "test":
            server.__exit__(None, None, None)
    return file


def test_patterns_of_contexts(config: Path) -> None:
    done = inside("fleet", "prod-*", "--kubeconfig", str(config), *EVERY)
    report = json.loads(done.out)
    assert report["inputs"] == [f"context prod-{place} of {config}" for place in ("asia", "eu", "us")]
    assert [(f["code"], f["resource"]["cluster"]) for f in report["findings"] if f["code"].startswith("MSH5")] == [
        ("MSH509", "prod-asia")
    ]
    assert {row["kubernetes"] for row in report["fleet"]} == {"v1.30.2"} or all(
        row["kubernetes"] for row in report["fleet"]
    )
    assert done.code == 1


def test_a_kubeconfig_is_all_its_clusters_and_a_dead_one_is_named(config: Path) -> None:
    done = inside("fleet", str(config), *EVERY, "--timeout", "5")
    report = json.loads(done.out)
    states = {row["cluster"]: row["state"] for row in report["fleet"]}
    assert (done.code, states) == (
        3,
        {"prod-asia": "done", "prod-eu": "done", "prod-us": "done", "test": "failed"},
    )
    (unread,) = report["summary"]["unread"]
    assert unread["what"] == "cluster test" and "no connection" in unread["why"]


def test_which_clusters_are_meant(tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.write_text(config.read_text())
    folder = tmp_path / "envs"
    for name in ("one", "two"):
        (folder / name).mkdir(parents=True)
    assert known_contexts(str(config)) == ("prod-asia", "prod-eu", "prod-us", "test")
    both = given_sources([str(config), str(other)], [], "")
    assert [source.name for source in both][:2] == [f"prod-asia@{config}", f"prod-asia@{other}"] and len(both) == 8
    monkeypatch.chdir(tmp_path)
    assert given_sources(["envs/*", "envs/one/"], ["prod-[eu]*"], "config") == [
        Source("envs/one", path="envs/one"),
        Source("envs/two", path="envs/two"),
        Source("prod-eu", context="prod-eu", kubeconfig="config"),
        Source("prod-us", context="prod-us", kubeconfig="config"),
    ]
    labels = {"env": "prod"}
    listed = [Listed(context="prod-eu", name="first", labels=labels), Listed(context="prod-*", kubeconfig="other")]
    assert configured_sources(listed, "config")[0] == Source("first", labels, "prod-eu", "config")
    for wrong, said in (("prod-eux", "did you mean prod-eu?"), ("x*", "no context is like x*: there are prod-asia")):
        with pytest.raises(InputError, match=said.replace("*", r"\*").replace("?", r"\?")):
            given_sources([wrong], [], "config")
    with pytest.raises(InputError, match="which cannot all be called x"):
        configured_sources([Listed(context="prod-*", name="x")], "config")
