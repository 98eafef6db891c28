"""An HTTP server that writes down what it is asked, answers some paths as told, and passes the rest on."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Told:
    """An answer: `pause` seconds before each of its bytes, if any; cut off before the end where `short`."""

    status: int = 200
    body: bytes = b""
    pause: float = 0
    short: bool = False
    date: str = ""


@dataclass
class Recorder:
    """`answers` are by path, with the query or without; `behind` is the URL that the rest goes to."""

    url: str = ""
    behind: str = ""
    answers: Mapping[str, Told] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, path: str) -> Told:
        told = self.answers.get(path) or self.answers.get(path.partition("?")[0])
        if told or not self.behind:
            return told or Told(404, b"404 page not found\n")
        try:
            with urllib.request.urlopen(self.behind + path, timeout=20) as found:
                return Told(found.status, found.read())
        except urllib.error.HTTPError as error:
            return Told(error.code, error.read())


@contextmanager
def recording(answers: Mapping[str, Told] | None = None, behind: str = "") -> Iterator[Recorder]:
    """A server on loopback until the end."""
    recorder = Recorder(answers=answers or {}, behind=behind)
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            recorder.requests.append((self.command, self.path))
            told = recorder.answer(self.path)
            self.send_response_only(told.status)
            if told.date:
                self.send_header("Date", told.date)
            self.send_header("Content-Length", str(len(told.body) + (100 if told.short else 0)))
            self.end_headers()
            if not told.pause:
                self.wfile.write(told.body)
                return
            for byte in told.body:
                if ended.wait(told.pause):
                    return
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    return

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = handle_any

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    recorder.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield recorder
    finally:
        ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
