"""What a fixture says was seen of running proxies: its folder `recorded`."""

from pathlib import Path

from meshctl.model.facts import Facts
from meshctl.proxy.gather import Sources, gather
from meshctl.proxy.latency.compare import parse_limit
from meshctl.proxy.latency.measure import Measured, measure_proxies
from meshctl.proxy.latency.report import report
from meshctl.proxy.latency.saved import decode
from meshctl.proxy.recorded import read_recording
from meshctl.proxy.status.observe import observe

RECORDED = "recorded"


def facts_of(case: Path) -> Facts:
    """The facts in `recorded`: answers as `--dump` reads them; with `before.saved`, limits are in `limits.txt`."""
    folder = case / RECORDED
    if not folder.is_dir():
        return Facts()
    measured = Measured()
    counted = [p for p in read_recording(str(folder)).proxies if p.files.keys() & {"stats", "stats.prom"}]
    measure_proxies(counted, 0, lambda namespace, pod: "", measured)
    assert not measured.unread, measured.unread
    saved = folder / "before.saved"
    before = (saved.name, decode(saved.read_bytes())) if saved.exists() else None
    limits = [parse_limit(line) for line in (folder / "limits.txt").read_text().split()] if before else []
    seen = observe(gather(Sources(dumps=[str(folder)])))
    assert not seen.unread, seen.unread
    return Facts(
        states=seen.states,
        control_planes=seen.control_planes,
        latencies=report(measured.samples, [], "", before, limits).latencies,
    )
