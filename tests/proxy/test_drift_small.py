"""Drift of small recordings that stand beside the fixtures: grouping, partial input, who is right."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from meshctl.graph.mesh import MeshGraph
from meshctl.model.difference import Hop, Sort
from meshctl.proxy.drift.drift import Outcome, drift
from meshctl.proxy.gather import Sources, gather
from meshctl.sources.files import read_files

FIXTURES = Path(__file__).parents[2] / "fixtures"
SENT = FIXTURES / "MSH210-resource-field-not-sent/fail-timeout-not-sent"
ALONE = FIXTURES / "MSH217-resource-field-not-in-proxy/fail-timeout-of-before"
GHOST = FIXTURES / "MSH213-ghost-endpoint-in-proxy/fail-address-of-before"


def compared(recorded: Path, resources: Path, pods: tuple[str, ...] = ()) -> Outcome:
    mesh = MeshGraph(read_files([str(resources)]))
    return drift(mesh, gather(Sources(dumps=[str(recorded)])), pods)


def copies(source: Path, place: Path, count: int, change: Any = lambda text, i: text) -> Path:
    """The recorded proxy many times, each a pod of its own."""
    folder = place / "recorded"
    folder.mkdir()
    text = (source / "recorded/web-1.config_dump.json").read_text()
    for i in range(count):
        (folder / f"web-{i}.config_dump.json").write_text(change(text.replace("web-1.shop", f"web-{i}.shop"), i))
    for file in (source / "recorded").glob("istiod*"):
        shutil.copy(file, folder)
    return folder


def test_one_cause_on_many_proxies_is_one_difference(tmp_path: Path) -> None:
    outcome = compared(copies(SENT, tmp_path, 400), SENT / "mesh.yaml")
    (found,) = outcome.differences
    assert (found.desired, found.sent, found.running, found.hop) == ("4s", "7s", "7s", Hop.CONTROL_PLANE)
    assert len(found.proxies) == outcome.checked == 400


def test_who_lost_it_is_told_by_what_is_sent(tmp_path: Path) -> None:
    folder = copies(SENT, tmp_path, 3, lambda text, i: text.replace('"7s"', '"9s"') if i == 1 else text)
    by_hop = {d.hop: d for d in compared(folder, SENT / "mesh.yaml").differences}
    assert by_hop.keys() == {Hop.CONTROL_PLANE}
    # The earlier loss is the one to mend first: with the resource as it is sent, the other one shows.
    resources = tmp_path / "mesh.yaml"
    resources.write_text((SENT / "mesh.yaml").read_text().replace("timeout: 4s", "timeout: 7s"))
    (found,) = compared(folder, resources).differences
    assert (found.hop, found.sent, found.running, found.proxies) == (Hop.DELIVERY, "7s", "9s", ("web-1.shop",))


def test_only_the_named_proxies_are_compared(tmp_path: Path) -> None:
    folder = copies(SENT, tmp_path, 5)
    outcome = compared(folder, SENT / "mesh.yaml", ("web-2.shop", "web-3"))
    assert outcome.checked == 2
    assert outcome.differences[0].proxies == ("web-2.shop", "web-3.shop")


def test_a_virtual_service_alone_is_compared_without_its_service(tmp_path: Path) -> None:
    text = (ALONE / "mesh.yaml").read_text().split("---\n")
    resources = tmp_path / "service.yaml"
    resources.write_text(next(part for part in text if "kind: VirtualService" in part))
    (found,) = compared(ALONE / "recorded", resources).differences
    assert found.resource and (found.resource.name, found.path) == ("api", ("spec", "http", 0, "timeout"))


def test_without_resources_nothing_is_said_to_be_gone(tmp_path: Path) -> None:
    resources = tmp_path / "other.yaml"
    resources.write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: elsewhere}\n")
    assert compared(ALONE / "recorded", resources).differences == ()


@pytest.mark.parametrize("known", [True, False], ids=["istiod-still-has-it", "istiod-dropped-it"])
def test_istiods_endpoints_tell_who_keeps_a_ghost(tmp_path: Path, known: bool) -> None:
    folder = copies(GHOST, tmp_path, 1)
    addresses = ["10.1.0.1", "10.1.0.7"] if known else ["10.1.0.1"]
    entries = [{"Addresses": [a], "EndpointPort": 8080, "ServicePortName": "http"} for a in addresses]
    shards = {"api.shop.svc.cluster.local": {"shop": {"Shards": {"Kubernetes/Kubernetes": entries}}}}
    (folder / "istiod.endpointz.json").write_text(json.dumps(shards))
    (found,) = compared(folder, GHOST / "mesh.yaml").differences
    assert (found.sort, found.running) == (Sort.ENDPOINT_GHOST, "10.1.0.7:8080")
    assert found.hop is (Hop.CONTROL_PLANE if known else Hop.DELIVERY)


BROKEN = ["", "<html><title>503</title></html>", '{"configs": [{"@type": 7}]}', '{"configs": 1}']


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_dump_is_one_line_and_takes_no_other_down(tmp_path: Path, text: str) -> None:
    folder = copies(SENT, tmp_path, 3)
    (folder / "web-1.config_dump.json").write_text(text)
    outcome = compared(folder, SENT / "mesh.yaml")
    assert outcome.checked == 2
    assert [unread.what for unread in outcome.unread] == ["web-1"]


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [7], {"x": 1}])
@pytest.mark.parametrize("section", ["clusters", "listeners", "route_configs", "endpoint_configs"])
def test_odd_sections_never_crash(tmp_path: Path, section: str, value: Any) -> None:
    folder = copies(GHOST, tmp_path, 1)
    file = folder / "web-0.config_dump.json"
    dump = json.loads(file.read_text())
    for part in dump["configs"]:
        for key in [key for key in part if key.endswith(section)]:
            part[key] = value
    file.write_text(json.dumps(dump))
    outcome = compared(folder, GHOST / "mesh.yaml")
    assert outcome.checked + len(outcome.unread) == 1
