"""Small clusters in files, one of which can be held while it is read: a named pipe that nobody has written yet."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {istio-injection: enabled}\n"
POLICY = """apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {{name: default, namespace: shop}}
spec: {{mtls: {{mode: {mode}}}}}
"""
SERVICE = """apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec: {{ports: [{{name: {port}, port: 80}}]}}
"""
BROKEN = """apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec: {hosts: [web], http: [{route: [{destination: {host: gone}}]}]}
"""
ALIKE = (NAMESPACE, POLICY.format(mode="STRICT"), SERVICE.format(name="web", port="http"), BROKEN)
_PATIENCE = 30.0


def text(*documents: str) -> str:
    return "---\n".join(documents)


def write(folder: Path, name: str, *documents: str) -> Path:
    """A cluster as a folder with one file."""
    (folder / name).mkdir(parents=True)
    (folder / name / "mesh.yaml").write_text(text(*(documents or ALIKE)))
    return folder / name


def planted(folder: Path) -> list[str]:
    """Five clusters: in `d` mutual TLS is not strict, and `e` has a service more; all have the same broken route."""
    for name in "abc":
        write(folder, name)
    write(folder, "d", NAMESPACE, POLICY.format(mode="PERMISSIVE"), *ALIKE[2:])
    write(folder, "e", *ALIKE, SERVICE.format(name="extra", port="http"))
    return [str(folder / name) for name in "abcde"]


class Held:
    """A cluster whose reader waits until somebody lets it go on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)

    @contextmanager
    def reading(self) -> "Iterator[int]":
        """While the block runs, the reader, whose process this is, waits."""
        # Opening it lasts until somebody reads.
        with open(self.path, "wb", buffering=0) as pipe:
            until(lambda: bool(self.readers()))
            yield self.readers()[0]
            pipe.write(text(*ALIKE).encode())

    def killed(self, reader: int) -> int:
        """Kill the reader; returns who reads it in its place, from the same end of the pipe."""
        os.kill(reader, signal.SIGKILL)
        until(lambda: any(other != reader for other in self.readers()))
        return next(other for other in self.readers() if other != reader)

    def readers(self) -> list[int]:
        """The processes that have it open, ours aside."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                links = [os.readlink(link) for link in (entry / "fd").iterdir()]
            except OSError:
                continue
            if str(self.path) in links and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        return found


def until(true: Callable[[], bool]) -> None:
    """Wait for what is going to be true."""
    deadline = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
