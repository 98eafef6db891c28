"""`/stats` of Envoy, as JSON or text: counters, gauges and text readouts. Histograms are read elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from meshctl.proxy.envoy.answers import BrokenAnswer, decode_object


class _Stat(msgspec.Struct, gc=False):
    # What has none is a histogram.
    name: str = ""
    value: int | float | str | None = None


class _Stats(msgspec.Struct):
    stats: list[_Stat]


_JSON = msgspec.json.Decoder(_Stats)


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
    try:
        listed = _JSON.decode(data).stats
    except (msgspec.DecodeError, RecursionError) as error:
        decode_object(data)
        raise BrokenAnswer("is no answer of /stats: it has no list `stats`") from error
    values: dict[str, int] = {}
    texts: dict[str, str] = {}
    for stat in listed:
        if isinstance(stat.value, str):
            texts[stat.name] = stat.value
        elif stat.value is not None and stat.name:
            values[stat.name] = int(stat.value)
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
