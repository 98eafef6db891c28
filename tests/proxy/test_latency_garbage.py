"""Damaged answers and files end in a sentence or in numbers, never in a crash or in a report that is no JSON."""

import json
import random
import re
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from meshctl.proxy.latency.report import report
from meshctl.proxy.latency.sampling import take
from meshctl.proxy.latency.saved import NotSaved, decode, encode

FIXTURES = Path(__file__).parents[2] / "fixtures"
ANSWERS = {
    "stats": next((FIXTURES / "proxy/latency/before/shop").iterdir()) / "stats.json",
    "stats.prom": next(FIXTURES.glob("MSH303-*/fail-*/recorded/shop/web-1/stats.prom")),
}
STRANGE = (b"null", b"-1", b"1e400", b'"x"', b"[]", b"{}", b"0", b"9" * 20, b"-0.5", b"NaN", b"+Inf", b"true")


def damaged(luck: random.Random, data: bytes) -> bytes:
    """With some numbers replaced by something else, and now and then a wrong byte."""
    for _ in range(luck.randint(1, 4)):
        place = luck.choice(list(re.finditer(rb'(?<=[:, \["])-?[\d.]+', data)))
        data = data[: place.start()] + luck.choice(STRANGE) + data[place.end() :]
    if luck.random() < 0.3:
        at = luck.randrange(len(data))
        data = data[:at] + bytes([luck.randrange(256)]) + data[at + 1 :]
    return data


@pytest.mark.parametrize("seed", range(4))
def test_damage_is_survived(seed: int) -> None:
    luck = random.Random(seed)
    whole = {answer: file.read_bytes() for answer, file in ANSWERS.items()}
    survived = 0
    for _ in range(60):
        files = {answer: partial(bytes, damaged(luck, data)) for answer, data in whole.items() if luck.random() < 0.8}
        taken = take("", "shop", "web-1", files)
        if taken.sample is None:
            assert taken.unread or not files
            continue
        found = report([taken.sample], [])
        json.dumps(found.tables, allow_nan=False)
        saved = encode(found.groups)
        assert report([taken.sample], [], "", ("saved", decode(saved))).groups == found.groups
        with suppress(NotSaved):
            report([taken.sample], [], "", ("saved", decode(damaged(luck, saved.encode()))))
        survived += 1
    assert survived > 10
