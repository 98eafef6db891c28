"""Answers that wait on the disk until a bundle is written: together they are too large for memory."""

import os
from collections.abc import Iterable, Iterator

from meshctl.sources.bundle.proxies import ProxyFile


def spooled(answers: Iterable[ProxyFile], folder: str) -> Iterator[ProxyFile]:
    """Take them all now, into files of the folder; give them back later, one at a time, in their order."""
    kept = []
    for number, answer in enumerate(answers):
        path = os.path.join(folder, str(number))
        with open(path, "wb") as file:
            file.write(answer.data)
        kept.append((answer._replace(data=b""), path))
    return (_back(answer, path) for answer, path in kept)


def _back(answer: ProxyFile, path: str) -> ProxyFile:
    with open(path, "rb") as file:
        return answer._replace(data=file.read())
