"""The order in which namespaces come into the mesh, from `meshctl inject-check -A`."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.cli.test_inject_check import invoke, namespace, pod, workload

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text(encoding="utf-8")))
PROBE = {"readinessProbe": {"httpGet": {"port": 80}}}


def check(folder: Path, text: str, *arguments: str) -> dict[str, Any]:
    """The JSON report."""
    done = invoke(folder, text, *arguments, "-o", "json")
    assert done.exception is None, done.output
    report: dict[str, Any] = json.loads(done.stdout)
    SCHEMA.validate(report)
    return report


def test_every_namespace_is_in_out_or_partly_and_has_its_turn(tmp_path: Path) -> None:
    text = (
        namespace("done", istio_injection="enabled")
        + workload("Deployment", "web", "done")
        + namespace("half", istio_injection="enabled")
        + workload("Deployment", "new", "half")
        + workload("Deployment", "old", "half", replicas=3, container=PROBE)
        + pod("old-5d4f-a", "half", of="old")
        + namespace("mixed", istio_injection="enabled")
        + workload("Deployment", "web", "mixed")
        + workload("DaemonSet", "agent", "mixed", hostNetwork=True)
        + namespace("large")
        + workload("Deployment", "web", "large", replicas=9, container=PROBE)
        + namespace("risky")
        + workload("StatefulSet", "db", "risky")
        + namespace("small")
        + workload("Deployment", "web", "small", replicas=2, container=PROBE)
        + workload("Deployment", "api", "small", replicas=2, container=PROBE)
        + namespace("calm", istio_io_dataplane_mode="ambient").replace("istio-io-", "istio.io/")
        + workload("Deployment", "web", "calm")
    )
    report = check(tmp_path, text, "-A")
    rows = report["namespaces"]
    assert [(r["order"], r["namespace"], r["state"], r["inMesh"], r["workloads"], r["pods"]) for r in rows] == [
        (1, "half", "partly", 1, 2, 3),
        (2, "small", "out", 0, 2, 4),
        (3, "large", "out", 0, 1, 9),
        (4, "risky", "out", 0, 1, 1),
        (None, "mixed", "partly", 1, 2, 0),
        (None, "calm", "in", 1, 1, 0),
        (None, "done", "in", 1, 1, 0),
    ]
    assert rows[1]["cpuRequest"] == sum(
        r["cpuRequest"] for r in report["rollout"] if r["resource"]["namespace"] == "small"
    )
    whys = {row["namespace"]: row["why"] for row in rows}
    assert whys["risky"].startswith("the riskiest is StatefulSet db: holds state")
    assert whys["mixed"].startswith("DaemonSet agent is out: ") and "host" in whys["mixed"]
    assert (whys["calm"], whys["done"]) == ("", "")


def test_a_single_namespace_has_no_order_of_namespaces(tmp_path: Path) -> None:
    report = check(tmp_path, namespace("shop") + workload("Deployment", "web"), "shop")
    assert report["namespaces"] == [] and len(report["rollout"]) == 1


def test_namespaces_for_people(tmp_path: Path) -> None:
    text = namespace("in", istio_injection="enabled") + workload("Deployment", "web", "in")
    text += namespace("out") + workload("Deployment", "api", "out", replicas=2, container=PROBE)
    out = invoke(tmp_path, text, "-A").stdout
    assert out[out.index("Namespaces:") :].split("\n\n")[0].splitlines() == [
        "Namespaces: those to bring into the mesh first, and what that would take",
        "   NAMESPACE  STATE  PROXIES   CPU  MEMORY",
        "1  out        out          2  200m   256Mi",
        "    The riskiest is Deployment api: stateless, 2 replicas with a readiness",
        "    probe: restarted one after the other.",
        "   in         in           0     0       0",
    ]
