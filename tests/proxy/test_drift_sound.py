"""Objects that are like sound ones are not looked at again: only where that is right, and nothing is lost by it."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from meshctl.model.difference import Hop, Sort
from meshctl.proxy.drift.desired import desired
from meshctl.proxy.drift.drift import drift
from meshctl.proxy.drift.sides import side
from meshctl.proxy.drift.sound import asked_by
from meshctl.proxy.drift.viewer import viewer
from meshctl.proxy.envoy.configdump import config_dump
from tests.proxy.drifting import CAPTURES, CLUSTER, dump_of, mesh_of, recording, told, with_dump
from tests.proxy.test_drift_small import SENT, compared, copies


@pytest.mark.parametrize("label", ["gateway", "ratings", "productpage"])
def test_wants_look_at_nothing_else_than_they_say(captures: Path, label: str) -> None:
    dump = config_dump(next(p for p in recording("rich").proxies if p.label == label).files["config_dump"]())
    assert dump.identity
    wanted = desired(viewer(mesh_of(CLUSTER, captures / "rich/desired.yaml"), dump.identity))
    looked = 0
    messages = [(wanted.of_cluster(name), body.data) for name, body in side(dump).clusters.items()]
    for config, named in wanted.virtual_hosts.items():
        body = side(dump).routes.get(config)
        hosts = body.data["virtual_hosts"] if body else ()
        for planned in named.values():
            messages += [(planned.wants, host) for host in hosts]
            for routes in (each.routes or () for each in planned.hosts):
                messages += [(r.wants, found) for r in routes for host in hosts for found in host["routes"]]
    for wants, message in messages:
        asked = asked_by(wants)
        rest = {key: value for key, value in message.items() if key in asked}
        for each in wants:
            looked += 1
            assert each.aspect.read(rest) == each.aspect.read(message), each
    assert looked > 150


def test_a_field_that_nobody_asks_for_hides_no_other(tmp_path: Path) -> None:
    def changed(text: str, i: int) -> str:
        marked = text.replace('"prefix": "/"', f'"prefix": "/", "x{i}": 1').replace(
            '"timeout"', f'"x{i}": 1, "timeout"'
        )
        return marked.replace('"7s"', '"9s"') if i == 7 else marked

    folder = copies(SENT, tmp_path, 10, changed)
    for file in folder.glob("istiod*"):
        file.unlink()
    resources = tmp_path / "mesh.yaml"
    resources.write_text((SENT / "mesh.yaml").read_text().replace("timeout: 4s", "timeout: 7s"))
    found = [d for d in compared(folder, resources).differences if d.sort is Sort.FIELD]
    assert [(d.desired, d.running, d.proxies) for d in found] == [("7s", "9s", ("web-7.shop",))]


@pytest.mark.skipif(not CAPTURES.exists(), reason="the recorded mesh is not here")
def test_a_sibling_that_is_behind_as_a_whole_is_one_difference() -> None:
    """Of one that nobody says how it should be: its twin has another name for every statistic."""
    gathered = recording("rich")
    dump = dump_of(gathered, "reviews-b")
    for section in dump["configs"]:
        entries = section.get("dynamic_active_clusters", ())
        for entry in entries:
            entry["cluster"]["alt_stat_name"] = "another"
        for k in range(30 if entries else 0):
            entries.append(json.loads(json.dumps(entries[0]).replace(entries[0]["cluster"]["name"], f"more-{k}")))
    twin = with_dump(gathered, "reviews-b", dump).proxies[0]
    pair = tuple(twin if p.label == "reviews-b" else p for p in gathered.proxies if p.label.startswith("reviews"))
    alone = structs.replace(gathered, proxies=pair, control_planes=())
    outcome = drift(mesh_of(CLUSTER, CAPTURES / "rich/desired.yaml"), alone)
    found = [d for d in outcome.differences if d.hop is Hop.SIBLINGS]
    assert [(d.sort, d.field, d.running) for d in found] == [(Sort.SIBLING, "many fields", "different")], told(outcome)
    assert "more" in found[0].objects[0] and found[0].proxies == ("reviews-v1-5896f547f5-fffff.bookinfo",)
