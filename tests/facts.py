"""What a fixture says was seen of running proxies, in its folder `recorded`, or is asked about a request."""

import re
from pathlib import Path

from meshctl.graph.mesh import MeshGraph
from meshctl.model.facts import Facts
from meshctl.model.question import Question
from meshctl.proxy.drift.drift import drift
from meshctl.proxy.gather import Sources, gather
from meshctl.proxy.latency.compare import parse_limit
from meshctl.proxy.latency.measure import Measured, measure_proxies
from meshctl.proxy.latency.report import report
from meshctl.proxy.latency.saved import decode
from meshctl.proxy.recorded import read_recording
from meshctl.proxy.status.observe import observe
from tests.fleets import fleet_facts, is_fleet

RECORDED = "recorded"
ASKED = "trace.txt"
DRIFT = re.compile(r"MSH21\d-")


def facts_of(case: Path, mesh: MeshGraph) -> Facts:
    """The question in `trace.txt`, or the facts in `recorded`: answers as `--dump` reads them.

    A question is a client and a target. With `before.saved`, limits are in `limits.txt`.

    Of cases for the checks of drift, the proxies are compared with the resources in `mesh`.
    """
    if is_fleet(case):
        return fleet_facts(case)
    folder = case / RECORDED
    asked = case / ASKED
    if asked.is_file():
        client, target = asked.read_text(encoding="utf-8").split()
        return Facts(questions=(Question(client, target),))
    if not folder.is_dir():
        return Facts()
    measured = Measured()
    counted = [p for p in read_recording(str(folder)).proxies if p.files.keys() & {"stats", "stats.prom"}]
    measure_proxies(counted, 0, lambda namespace, pod: "", measured)
    assert not measured.unread, measured.unread
    saved = folder / "before.saved"
    before = (saved.name, decode(saved.read_bytes())) if saved.exists() else None
    limits = [parse_limit(line) for line in (folder / "limits.txt").read_text().split()] if before else []
    gathered = gather(Sources(dumps=[str(folder)]))
    if DRIFT.match(case.parent.name):
        found = drift(mesh, gathered)
        assert not found.unread, found.unread
        return Facts(states=found.refused, differences=found.differences)
    seen = observe(gathered)
    assert not seen.unread, seen.unread
    return Facts(
        states=seen.states,
        control_planes=seen.control_planes,
        latencies=report(measured.samples, [], "", before, limits).latencies,
    )
