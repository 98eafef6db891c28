"""A port that can be reached directly: `--admin-url` and `--istiod-url`."""

import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from meshctl.proxy.envoy.answers import LARGEST, BrokenAnswer
from meshctl.proxy.transports.paths import allowed
from meshctl.proxy.transports.transport import Answer, Unreachable, date_of

if TYPE_CHECKING:
    import requests

_CHUNK = 1024 * 1024


class Http:
    """GET and nothing else, within a time limit and a size. `timeout` (seconds) bounds a whole answer."""

    def __init__(self, url: str, *, timeout: float = 30, largest: int = LARGEST) -> None:
        """Raises ValueError for what is no http URL."""
        wrong = f"{url} is no URL of a port: write http://HOST:PORT"
        try:
            parts = urlsplit(url if "//" in url else f"http://{url}")
            # Reading the port is what tells that it is none.
            parts.port  # noqa: B018
        except ValueError as error:
            raise ValueError(wrong) from error
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(wrong)
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        # A user and a password in the URL are sent, but never shown.
        self.name = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
        self.timeout, self.largest = timeout, largest
        self._local = threading.local()

    def get(self, path: str) -> Answer:
        """The answer, whatever its status. Raises Unreachable, NotAllowed, and BrokenAnswer where it is too large."""
        import requests
        import urllib3

        url = self.url + allowed(path)
        end = time.monotonic() + self.timeout
        try:
            with self._session().get(url, stream=True, timeout=self.timeout, allow_redirects=False) as response:
                body = self._body(response, end)
                return Answer(response.status_code, body, date_of(response.headers.get("Date")))
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise self._late() from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise Unreachable(f"cannot be reached: {_reason(error)}") from error

    def _body(self, response: "requests.Response", end: float) -> bytes:
        parts, size = [], 0
        # What has come, as it comes: a body that drips must not outlast the limit.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > self.largest:
                raise BrokenAnswer(f"is larger than the {self.largest:,} bytes that are read")
            if time.monotonic() > end:
                raise self._late()
            parts.append(chunk)
        return b"".join(parts)

    def _late(self) -> Unreachable:
        return Unreachable(f"did not answer within {self.timeout:g} s")

    def _session(self) -> "requests.Session":
        import requests

        if not hasattr(self._local, "session"):
            session = requests.Session()
            # A proxy of the user's shell has no business between us and a port on loopback.
            session.trust_env = False
            self._local.session = session
        session = self._local.session
        assert isinstance(session, requests.Session)
        return session


def _reason(error: Exception) -> str:
    """The words of the operating system in requests' chain of errors."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
        cause = cause.__cause__ or cause.__context__
    for sign, words in (
        ("refused", "connection refused"),
        ("resolve", "the host name is not known"),
        ("reset", "the connection was reset"),
        ("closed connection", "the connection was closed"),
        ("IncompleteRead", "the connection was closed in the middle of the answer"),
    ):
        if sign in str(error):
            return words
    return str(error).partition("\n")[0][:160]
