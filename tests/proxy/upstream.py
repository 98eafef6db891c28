"""An application that takes exactly as long as the path says, and traffic to it."""

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CLIENTS = 4


@dataclass
class Upstream:
    """An application on loopback: GET /20 takes 20 ms, GET /500 is an error; `took` is what it needed, in ms."""

    port: int
    took: list[float] = field(default_factory=list)
    methods: set[str] = field(default_factory=set)


@contextmanager
def upstream() -> Iterator[Upstream]:
    """One that answers until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet an answer: two would meet delayed acknowledgements, which take 40 ms.
        wbufsize = -1

        def do_GET(self) -> None:
            since = time.perf_counter()
            wanted = self.path.strip("/")
            failing = wanted == "fail"
            time.sleep(0 if failing else float(wanted or 0) / 1000)
            self.send_response(503 if failing else 200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")
            app.took.append((time.perf_counter() - since) * 1000)
            app.methods.add(self.command)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    app = Upstream(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(port: int, paths: Sequence[str]) -> list[float]:
    """GET each path, by several clients at once; how long each took, in milliseconds."""
    parts = [paths[i::CLIENTS] for i in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        return [took for each in pool.map(lambda part: _one_client(port, part), parts) for took in each]


def _one_client(port: int, paths: Sequence[str]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    took = []
    for path in paths:
        since = time.perf_counter()
        connection.request("GET", f"/{path}")
        connection.getresponse().read()
        took.append((time.perf_counter() - since) * 1000)
    connection.close()
    return took
