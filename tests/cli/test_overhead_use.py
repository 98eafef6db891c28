"""`meshctl overhead` with measured use: totals that add up in every format, right sizes, start-up."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app
from meshctl.cli.errors import UsageError
from meshctl.graph.quantities import memory_bytes, millicores
from tests.sidecars import MI, Object, deployment, mesh, metrics, namespace, pod

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text(encoding="utf-8")))
SUMS = ("pods", "podsMeasured", "cpuRequest", "memoryRequest", "cpuLimit", "memoryLimit", "cpuUsed", "memoryUsed")
FREED = ("cpuFreed", "memoryFreed")


def run(folder: Path, objects: Sequence[Object], *arguments: str) -> str:
    file = folder / "mesh.yaml"
    file.write_text("---\n".join(f"{json.dumps(each)}\n" for each in objects))
    common = ["overhead", *arguments, "-f", str(file), "--no-config", "--no-cache"]
    done = CliRunner().invoke(app, common, standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.stdout


def report(folder: Path, objects: Sequence[Object], *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(folder, objects, *arguments, "-o", "json"))
    SCHEMA.validate(found)
    return found


def by_name(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["resource"]["name"]: row for row in rows}


def test_what_the_pods_of_a_workload_use_together(tmp_path: Path) -> None:
    found = by_name(report(tmp_path, mesh())["overhead"])
    assert {name: (row["podsMeasured"], row["cpuUsed"], row["memoryUsed"]) for name, row in found.items()} == {
        "cart": (2, 16, 128 * MI),
        "web": (1, 1000, 100 * MI),
        "ledger": (1, 20, 240 * MI),
    }


def test_totals_add_up_in_json(tmp_path: Path) -> None:
    found = report(tmp_path, mesh())
    (total,) = found["overheadTotal"]
    assert (total["namespaces"], total["workloads"], total["pods"], total["podsMeasured"]) == (2, 3, 5, 4)
    for key in (*SUMS, *FREED):
        of_workloads = sum(row[key] or 0 for row in found["overhead"])
        of_namespaces = sum(row[key] or 0 for row in found["overheadByNamespace"])
        assert total[key] == of_workloads == of_namespaces, key
    for key in FREED:
        assert total[key] == sum(row[key] for row in found["overheadRightSizing"]), key


def test_totals_add_up_in_csv(tmp_path: Path) -> None:
    rows = list(csv.DictReader(run(tmp_path, mesh(), "-o", "csv").splitlines()))
    of = {key: [row for row in rows if row["table"] == key] for key in {row["table"] for row in rows}}
    (total,) = of["overheadTotal"]
    for key in (*SUMS, *FREED):
        sums = [sum(int(row[key] or 0) for row in of[table]) for table in ("overhead", "overheadByNamespace")]
        assert sums == [int(total[key])] * 2, key


def test_totals_add_up_for_people(tmp_path: Path) -> None:
    tables = [block.splitlines()[1:] for block in run(tmp_path, mesh()).split("\n\n")[:3]]
    sums = [amounts(lines) for lines in tables]
    assert sums[0] == sums[1] == sums[2]
    assert sums[0] == {
        "cpu": (4 * 100 + 250, 5 * 2000),
        "memory": ((4 * 128 + 300) * MI, (4 * 256 + 1024) * MI),
        "uses": (1036, 468 * MI),
    }


def amounts(lines: list[str]) -> dict[str, tuple[int, int]]:
    """Sums of what a table for people says, by column."""
    given = [
        word for line in lines for word in line.split() if "/" in word and "%" not in word and "Deploy" not in word
    ]
    pairs = [pair.split("/") for pair in given if pair.count("/") == 1 and pair[0].isdigit()]
    cpu = [(millicores(a), millicores(b)) for a, b in pairs if "i" not in a + b]
    memory = [(memory_bytes(a), memory_bytes(b)) for a, b in pairs if "i" in a + b]
    used = [line.split() for line in lines if "uses" in line]
    return {
        "cpu": (sum(a or 0 for a, _ in cpu), sum(b or 0 for _, b in cpu)),
        "memory": (sum(a or 0 for a, _ in memory), sum(b or 0 for _, b in memory)),
        "uses": (
            sum(millicores(words[1]) or 0 for words in used),
            sum(memory_bytes(words[3]) or 0 for words in used),
        ),
    }


def test_shares_of_all_pods_that_there_are(tmp_path: Path) -> None:
    found = report(tmp_path, mesh())
    rows = {row["namespace"]: row for row in found["overheadByNamespace"]}
    assert rows["bank"]["share"] == {
        "cpuRequest": 0.25,
        "memoryRequest": round(128 / 192, 3),
        "cpuUsed": 0.4,
        "memoryUsed": round(240 / 330, 3),
    }
    (total,) = found["overheadTotal"]
    assert "plain" not in rows and total["allPods"]["cpuRequest"] == 650 + 6 * 300
    assert total["share"]["cpuUsed"] == round(1036 / (1036 + 30 * 3 + 1500 + 100), 3)


def test_a_right_size_fits_the_largest_pod_with_headroom(tmp_path: Path) -> None:
    found = by_name(report(tmp_path, mesh())["overheadRightSizing"])
    cart = found["cart"]
    assert (cart["pods"], cart["podsMeasured"], cart["cpuP95"], cart["memoryP95"]) == (3, 2, 13, 70000 * 1024)
    # 12.4m and 68.4Mi, and 30 % more of each, rounded up.
    assert (cart["cpuRecommended"], cart["memoryRecommended"]) == (17, 89 * MI)
    assert (cart["cpuFreed"], cart["memoryFreed"]) == (3 * (100 - 17), 3 * (128 - 89) * MI)
    assert (cart["risks"], cart["measuredBy"], cart["headroom"]) == ([], "metrics.k8s.io", 30)
    assert found["web"]["risks"] == ["more CPU than requested"] and found["web"]["cpuFreed"] == 250 - 1300
    assert found["ledger"]["risks"] == ["memory near its limit", "more memory than requested"]


@pytest.mark.parametrize(("headroom", "cpu"), [("0%", 13), ("0", 13), ("100%", 25)])
def test_headroom(tmp_path: Path, headroom: str, cpu: int) -> None:
    found = by_name(report(tmp_path, mesh(), "--headroom", headroom)["overheadRightSizing"])
    assert found["cart"]["cpuRecommended"] == cpu


def test_an_idle_proxy_is_not_recommended_less_than_the_floor(tmp_path: Path) -> None:
    idle = [*mesh()[:1], pod("a", "web", proxy={}), metrics("a", proxy=("0", "1Mi"))]
    (row,) = report(tmp_path, idle)["overheadRightSizing"]
    assert (row["cpuRecommended"], row["memoryRecommended"]) == (10, 40 * MI)


def test_nothing_is_freed_of_what_nobody_requested(tmp_path: Path) -> None:
    unbounded = [*mesh()[:1], pod("a", "web", proxy={"limits": {}}), metrics("a", proxy=("5m", "60Mi"))]
    found = report(tmp_path, unbounded)
    (row,) = found["overheadRightSizing"]
    assert (row["cpuRequest"], row["cpuFreed"], row["memoryLimit"]) == (None, None, None)
    assert found["overheadTotal"][0]["cpuFreed"] is None


def test_start_up_by_workload(tmp_path: Path) -> None:
    def status(app: int) -> Object:
        def started(name: str, second: int) -> Object:
            return {"name": name, "state": {"running": {"startedAt": f"2026-08-20T10:00:{second:02d}Z"}}}

        return {"containerStatuses": [started("app", app), started("istio-proxy", 9)]}

    pods = [pod(f"web-{second}", "web", proxy={}, status=status(second)) for second in (4, 7, 8)]
    (row,) = report(tmp_path, [namespace("shop"), deployment("web"), *pods])["overheadStartUp"]
    assert (row["pods"], row["waitMax"], row["initMax"], row["aloneP50"], row["aloneMax"]) == (3, 0, None, 2, 5)


def test_sidecars_of_other_meshes_are_counted_as_well(tmp_path: Path) -> None:
    linkerd = [
        namespace("edge", injected=False),
        deployment("api", "edge"),
        pod("api-a", "api", "edge", proxy={}, cpu="300m"),
        pod("api-b", "api", "edge", cpu="300m"),
        metrics("api-a", "edge", proxy=("7m", "30Mi"), app=("1m", "10Mi")),
    ]
    both = [*mesh(), *json.loads(json.dumps(linkerd).replace("istio-proxy", "linkerd-proxy"))]
    found = report(tmp_path, both)
    api = by_name(found["overhead"])["api"]
    assert {key: api[key] for key in ("proxy", "pods", "cpuRequest", "cpuUsed", "init")} == {
        "proxy": "linkerd-proxy",
        "pods": 1,
        "cpuRequest": 100,
        "cpuUsed": 7,
        "init": None,
    }
    edge = next(row for row in found["overheadByNamespace"] if row["namespace"] == "edge")
    assert edge["share"]["cpuRequest"] == round(100 / 700, 3) and edge["cpuFreed"] == 90
    assert found["overheadAmbient"] == report(tmp_path, mesh())["overheadAmbient"], "ambient replaces those of Istio"
    assert "PROXY" in run(tmp_path, both).splitlines()[1] and "PROXY" not in run(tmp_path, mesh()).splitlines()[1]


def test_people_see_the_danger_first_and_what_was_assumed(tmp_path: Path) -> None:
    out = run(tmp_path, mesh())
    lines = out[out.index("What a right size would free") :].split("\n\n")[0].splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert lines[1:5] == [
        "WORKLOAD                PODS    REQUESTS        USES     ENOUGH        FREED",
        "Deployment bank/ledger     1  100m/128Mi   20m/240Mi  26m/312Mi   74m/-184Mi",
        "    AT RISK: memory near its limit of 256Mi, more memory than requested; the",
        "    limit has to grow as well",
    ]
    assert lines[-2:] == [
        "For each pod: what the largest pod uses (metrics.k8s.io, at this moment) and 30%",
        "more, at least 10m and 40Mi. A moment is not the peak: --prometheus sees more.",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--window", "1h"), "--window is for --prometheus"),
        (("--prometheus", "http://x", "--window", "1m"), "'1m' is no window: write a time from 5m to 30d"),
        (("--prometheus", "http://x", "--window", "soon"), "'soon' is no window"),
        (("--prometheus", "prometheus:9090"), "is no address of Prometheus: write http://HOST:PORT"),
        (("--headroom", "-5%"), "--headroom -5% is no share"),
        (("--headroom", "0.3"), "--headroom 0.3 is no share: write it in whole percent, as 30%"),
        (("shup",), "there is no namespace shup in the input: did you mean shop?"),
    ],
)
def test_wrong_calls(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError) as error:
        run(tmp_path, mesh(), *arguments)
    assert words in str(error.value)
