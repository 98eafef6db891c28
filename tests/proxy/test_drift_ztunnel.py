"""ztunnel knows the pods whose traffic goes through it, or it is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from meshctl.model.difference import Sort
from meshctl.proxy.drift.drift import Outcome, drift
from meshctl.proxy.gather import Sources, gather
from tests.proxy.drifting import mesh_of

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, annotations: {ambient.istio.io/redirection: REDIRECTED}}
spec: {containers: [{name: web}]}
status: {phase: Running, podIP: 10.1.0.9, conditions: [{type: Ready, status: "READY"}]}
"""


def outcome(place: Path, dump: Any, redirected: str = "enabled", ready: str = "True") -> Outcome:
    (place / "ztunnel-a.config_dump.json").write_text(json.dumps(dump))
    (place / "mesh.yaml").write_text(POD.replace("REDIRECTED", redirected).replace("READY", ready))
    return drift(mesh_of(place / "mesh.yaml"), gather(Sources(dumps=[str(place)])))


def listed(*addresses: str) -> Any:
    return {"workloads": [{"uid": a, "workloadIps": [a]} for a in addresses], "services": [], "policies": []}


@pytest.mark.parametrize(
    ("dump", "missing"),
    [
        (listed("10.1.0.9"), 0),
        (listed("10.1.0.8"), 1),
        ({"workloads": {"/10.1.0.9": {"name": "web-1"}}, "services": {}}, 0),
        ({"workloads": {"/10.1.0.8": {"name": "web-2"}}, "services": {}}, 1),
        ({**listed(), "config": {"xdsOnDemand": True}}, None),
    ],
)
def test_addresses(tmp_path: Path, dump: Any, missing: int | None) -> None:
    told = outcome(tmp_path, dump)
    assert (told.checked, len(told.unread)) == ((0, 1) if missing is None else (1, 0))
    found = [(d.sort, d.desired, d.path, d.proxies) for d in told.differences]
    assert found == [(Sort.ENDPOINT_MISSING, "10.1.0.9", ("status", "podIP"), ("ztunnel-a",))] * (missing or 0)


@pytest.mark.parametrize(("redirected", "ready"), [("disabled", "True"), ("enabled", "False")])
def test_pods_that_need_not_be_known(tmp_path: Path, redirected: str, ready: str) -> None:
    assert outcome(tmp_path, listed(), redirected, ready).differences == ()
