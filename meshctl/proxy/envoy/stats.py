"""`/stats` of Envoy, as JSON or text: counters, gauges and text readouts. Histograms are read elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from meshctl.proxy.envoy.answers import BrokenAnswer, decode_object


@dataclass(frozen=True, slots=True)
class Stats:
    """What was counted since Envoy started, by name. What is not in here was not recorded, which is not 0."""

    values: Mapping[str, int] = field(default_factory=dict, repr=False)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> int | None:
        """A counter or gauge; None where Envoy does not record it."""
        return self.values.get(name)

    def total(self, prefix: str, suffix: str) -> int | None:
        """The sum over all names that begin and end so; None where there is none."""
        found = [v for name, v in self.values.items() if name.endswith(suffix) and name.startswith(prefix)]
        return sum(found) if found else None


def stats(data: bytes) -> Stats:
    """The stats in an answer of either format. Raises BrokenAnswer."""
    if data.lstrip()[:1] in (b"{", b"["):
        return _from_json(data)
    if not data.strip() or data.lstrip()[:1] == b"<":
        decode_object(data)
    return _from_text(data)


def _from_json(data: bytes) -> Stats:
    values: dict[str, int] = {}
    texts: dict[str, str] = {}
    listed = decode_object(data).get("stats")
    if not isinstance(listed, list):
        raise BrokenAnswer("is no answer of /stats: it has no list `stats`")
    for stat in listed:
        if not isinstance(stat, dict) or "name" not in stat:
            continue
        name, value = str(stat["name"]), stat.get("value")
        if isinstance(value, int):
            values[name] = int(value)
        elif isinstance(value, str):
            texts[name] = value
    return Stats(values, texts)


def _from_text(data: bytes) -> Stats:
    values: dict[str, int] = {}
    texts: dict[str, str] = {}
    for line in data.decode(errors="replace").splitlines():
        name, separator, value = line.partition(": ")
        if not separator or name.startswith("#"):
            continue
        if value.startswith('"'):
            texts[name] = value.strip('"')
        elif value.lstrip("-").isdigit():
            values[name] = int(value)
    if not values and not texts:
        raise BrokenAnswer(f"is no answer of /stats: {data[:120].decode(errors='replace').strip()}")
    return Stats(values, texts)
