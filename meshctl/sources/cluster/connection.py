"""One API server: GET requests with credentials, patience and an end to it."""

import json
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http.client import IncompleteRead
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from msgspec import Struct

from meshctl.sources.cluster.kubeconfig import Inaccessible

if TYPE_CHECKING:
    from kubernetes.client import Configuration
    from urllib3 import BaseHTTPResponse

JSON = "application/json"
# Connections that break, and answers that say "later", are tried again this often.
_TRIES = 5
_FIRST_PAUSE = 0.2
_CONNECT = 10.0
# No page of a list is this large: something else is answering.
_MOST_BYTES = 1 << 29
_PIECE = 1 << 16
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


class Answer(Struct, frozen=True):
    """Status and body of an answer, whatever the status; `date` is the time by the server's clock, as it writes it."""

    status: int
    body: bytes
    date: str = ""


class Connection:
    """Asks one API server within a time limit. Safe to be used by many threads, `parallel` of them at a time.

    Raises Inaccessible where the server does not answer, in words that say why.
    """

    def __init__(self, configuration: "Configuration", timeout: float, *, parallel: int = 8) -> None:
        """`timeout` in seconds is for everything together."""
        import urllib3
        from kubernetes.client.rest import RESTClientObject

        # Whose kubeconfig says not to verify need not be told so with every request.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self._until = time.monotonic() + timeout
        self._timeout = timeout
        configuration.connection_pool_maxsize = parallel
        configuration.retries = False
        self._configuration = configuration
        self._pool = RESTClientObject(configuration).pool_manager
        self._stopped = Event()

    @property
    def server(self) -> str:
        """Address of the server, without anything secret."""
        return str(self._configuration.host).rpartition("@")[2]

    def stop(self) -> None:
        """End all waiting: what is asked from now on raises Inaccessible."""
        self._stopped.set()

    def get(self, path: str, query: Mapping[str, str] | None = None, *, accept: str = JSON) -> Answer:
        """The answer to a GET. Tries again after 429, 5xx and a broken connection, as the server asks for."""
        return self._answer("GET", path + (f"?{urlencode(query)}" if query else ""), accept)

    def post_review(self, attributes: Mapping[str, str]) -> Answer:
        """The answer to the question "may I?", which no server stores: the only POST there is.

        `attributes` are verb, group, resource, subresource, namespace and name, as an access review has them.
        """
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": dict(attributes)},
        }
        return self._answer("POST", _REVIEWS, JSON, json.dumps(review).encode())

    def _answer(self, method: str, path: str, accept: str, body: bytes | None = None) -> Answer:
        target = f"{self._configuration.host}{path}"
        pause = _FIRST_PAUSE
        for attempt in range(_TRIES):
            broken, wanted = None, None
            try:
                answer, wanted = self._ask(method, target, accept, body)
            except Broken as error:
                if not error.again:
                    raise Inaccessible(str(error)) from error
                broken = error
            else:
                if answer.status != 429 and answer.status < 500:
                    return answer
            wait = pause if wanted is None else wanted
            if attempt == _TRIES - 1 or wait > self._until - time.monotonic():
                if broken:
                    raise Inaccessible(str(broken)) from broken
                return answer
            if self._stopped.wait(wait):
                raise Inaccessible("interrupted")
            pause *= 2
        raise AssertionError("the last attempt returns or raises")

    def _ask(self, method: str, target: str, accept: str, sent: bytes | None) -> tuple[Answer, float | None]:
        """One attempt: the answer, and how many seconds the server wants us to wait before the next."""
        import urllib3

        left = self._until - time.monotonic()
        if left <= 0 or self._stopped.is_set():
            raise self._too_late()
        headers = {"Accept": accept, "User-Agent": "meshctl", **self._credentials()}
        if sent is not None:
            headers["Content-Type"] = JSON
        timeout = urllib3.Timeout(connect=min(_CONNECT, left), read=left)
        try:
            response = self._pool.request(
                method,
                target,
                body=sent,
                headers=headers,
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                body = self._body(response)
            except BaseException:
                # What is left of the answer must not become the next one's beginning.
                response.close()
                raise
            response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise self._broken(error) from error
        except (OSError, ValueError) as error:
            # Certificate and key files that are none.
            raise Broken(f"{type(error).__name__}: {error}", again=False) from error
        answer = Answer(response.status, body, response.headers.get("Date", ""))
        return answer, _retry_after(response.headers.get("Retry-After"))

    def _body(self, response: "BaseHTTPResponse") -> bytes:
        pieces, size = [], 0
        for piece in response.stream(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > _MOST_BYTES:
                raise Broken(f"an answer is larger than {_MOST_BYTES >> 20} MB", again=False)
            if time.monotonic() > self._until:
                raise self._too_late()
        return b"".join(pieces)

    def _credentials(self) -> dict[str, str]:
        value = self._configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
        return {"Authorization": value} if value else {}

    def _too_late(self) -> Inaccessible:
        return Inaccessible(f"it did not answer within {self._timeout:g} s")

    def _broken(self, error: Exception) -> "Broken | Inaccessible":
        import urllib3

        host = self.server
        if isinstance(error, urllib3.exceptions.SSLError):
            return Broken(f"no trusted connection to {host}: {_inner(error)}", again=False)
        if isinstance(error, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ProxyError):
            return Broken(f"no connection to {host}: {_inner(error)}", again=False)
        if isinstance(error, urllib3.exceptions.ConnectTimeoutError):
            return Broken(f"no connection to {host} within {_CONNECT:g} s", again=False)
        if isinstance(error, urllib3.exceptions.ReadTimeoutError):
            return self._too_late()
        return Broken(f"the connection to {host} broke: {_inner(error)}", again=True)


class Broken(Exception):
    """An attempt failed; `again` says whether another one makes sense."""

    def __init__(self, message: str, *, again: bool) -> None:
        super().__init__(message)
        self.again = again


def _retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None without one that makes sense."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _inner(error: BaseException) -> str:
    """The innermost cause in one line, without the object addresses that urllib3 writes."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    if isinstance(error, IncompleteRead):
        read = error.partial if isinstance(error.partial, int) else len(error.partial)
        return f"an answer ended after {read} bytes"
    return " ".join(str(error).split()) or type(error).__name__
