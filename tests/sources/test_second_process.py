"""A large input is parsed by two processes, with the same outcome as by one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from meshctl.sources import reading
from meshctl.sources.cache import DocumentCache
from meshctl.sources.documents import Document
from meshctl.sources.reading import Text, documents_of

TEXTS = [
    Text(f"a: {i}\nb: [x, {{c: 0x{i:x}}}]\nd: &d 1\ne: *d\n---\nx: 1\nx: 2\n---\na: 'broken\n".encode(), False)
    for i in range(300)
] + [Text(b'{"a": "\\ud800"}', True)]


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_WORTH_FORKING", 1)
    monkeypatch.setattr(reading, "may_fork", lambda: True)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> list[list[Document]]:
    return [reading.parse(text.data, json=text.json) for text in TEXTS]


linux = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="a second process is used on Linux only")


@linux
@pytest.mark.usefixtures("two")
def test_the_outcome_is_the_same(alone: list[list[Document]], tmp_path: Path) -> None:
    assert documents_of(TEXTS) == alone
    for _ in range(2):
        cache = DocumentCache(tmp_path)
        assert documents_of([*TEXTS, Text(b"#" * 40_000, False)], cache) == [*alone, []]


@linux
@pytest.mark.usefixtures("two")
def test_a_second_process_that_dies_costs_nothing(monkeypatch: pytest.MonkeyPatch, alone: list[list[Document]]) -> None:
    here, parse = os.getpid(), reading.parse

    def dying(data: bytes, *, json: bool = False) -> list[Document]:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return parse(data, json=json)

    monkeypatch.setattr(reading, "parse", dying)
    assert documents_of(TEXTS) == alone


@linux
@pytest.mark.usefixtures("two")
def test_an_interrupt_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    here, parse = os.getpid(), reading.parse

    def interrupted(data: bytes, *, json: bool = False) -> list[Document]:
        if os.getpid() == here:
            raise KeyboardInterrupt
        return parse(data, json=json)

    children: list[int] = []

    def fork(fork: Callable[[], int] = os.fork) -> int:
        children.append(fork())
        return children[-1]

    monkeypatch.setattr(os, "fork", fork)
    monkeypatch.setattr(reading, "parse", interrupted)
    with pytest.raises(KeyboardInterrupt):
        documents_of(TEXTS * 20)
    (child,) = children
    with pytest.raises(ChildProcessError):
        os.waitpid(child, os.WNOHANG)
