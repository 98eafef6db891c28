"""The API server as the door to pods: WebSockets to their subresources, and GETs of those that it proxies."""

import ssl
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from meshctl.proxy.envoy.answers import LARGEST, BrokenAnswer
from meshctl.proxy.transports.channels import Channels
from meshctl.proxy.transports.deadline import Deadline
from meshctl.proxy.transports.transport import Answer, Unreachable, date_of

if TYPE_CHECKING:
    from kubernetes.client import Configuration
    from urllib3 import PoolManager

_SWITCHED = 101
_CONNECT = 10.0
_CHUNK = 1024 * 1024


class Unopened(Exception):
    """The API server answered, and did not open the way; `status` is that of HTTP, `message` its words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}" if message else str(status))
        self.status, self.message = status, message


class ApiServer:
    """The server of one cluster, with the user's credentials. Used by many threads."""

    def __init__(self, configuration: "Configuration", deadline: Deadline, *, parallel: int = 32) -> None:
        """`configuration` is that of the context; `parallel` the connections that are kept for GETs."""
        from kubernetes.client.rest import RESTClientObject

        configuration.connection_pool_maxsize = parallel
        configuration.retries = False
        self.deadline = deadline
        self._configuration = configuration
        self._host = str(configuration.host).rstrip("/")
        self._pool: PoolManager = RESTClientObject(configuration).pool_manager
        self._tls = _tls(configuration) if self._host.startswith("https") else None
        self._ahead: float | None = None

    def open(
        self, pod: tuple[str, str], part: str, query: Sequence[tuple[str, str]], protocols: Sequence[str]
    ) -> Channels:
        """A WebSocket to a subresource of a pod (namespace, name). Raises Unopened and Unreachable."""
        import websocket

        configuration = self._configuration
        url = f"{self._host.replace('http', 'ws', 1)}{_path(*pod)}/{part}?{urlencode(query)}"
        tls = {"context": self._tls, "server_hostname": configuration.tls_server_name} if self._tls else {}
        sockets = websocket.WebSocket(sslopt=tls, skip_utf8_validation=True)
        limit = self.share()
        try:
            sockets.connect(
                url,
                header=[f"{name}: {value}" for name, value in self._headers().items()],
                subprotocols=list(protocols),
                timeout=min(_CONNECT, limit),
                redirect_limit=0,
                suppress_origin=True,
                **self._proxy(),
            )
        except websocket.WebSocketBadStatusException as error:
            raise Unopened(error.status_code, _message(error.resp_body or b"")) from error
        except websocket.WebSocketTimeoutException as error:
            raise Unreachable(f"did not answer within {limit:.3g} s") from error
        except ssl.SSLError as error:
            raise Unreachable(f"no trusted connection to the API server: {error.reason or error}") from error
        except TimeoutError as error:
            raise Unreachable(f"did not answer within {limit:.3g} s") from error
        except (OSError, websocket.WebSocketException) as error:
            raise Unreachable(f"no connection to the API server: {getattr(error, 'strerror', '') or error}") from error
        if (status := sockets.getstatus()) != _SWITCHED:
            # A redirect, which leads to a page for logging in.
            sockets.shutdown()
            raise Unopened(status or 0, "it leads elsewhere")
        return Channels(sockets)

    def get(self, pod: tuple[str, str], port: int, path: str) -> Answer:
        """A GET that the API server passes on to a port on the pod's address. Raises Unopened and Unreachable."""
        limit = self.share()
        end = time.monotonic() + limit
        status, headers, body = self._get(f"{_path(pod[0], f'{pod[1]}:{port}')}/proxy{path}", limit, end)
        if status >= 400 and body.lstrip()[:1] == b"{" and b'"kind":"Status"' in body.replace(b" ", b"")[:200]:
            raise Unopened(status, _message(body))
        return Answer(status, body, date_of(headers.get("Date")))

    def now(self) -> float:
        """The time by the server's clock (seconds since 1970), more likely that of pods than ours is."""
        if self._ahead is None:
            self._ahead = 0.0
            try:
                limit = self.share()
                before = time.time()
                _, headers, _ = self._get("/version", limit, time.monotonic() + limit)
            except BrokenAnswer:
                return time.time()
            if date := date_of(headers.get("Date")):
                ahead = date.timestamp() - before
                # The header is exact to a second: less than that is nothing.
                self._ahead = ahead if abs(ahead) > 2 else 0.0
        return time.time() + self._ahead

    def close(self) -> None:
        """Hang up what is kept for other GETs."""
        self._pool.clear()

    def _get(self, path: str, limit: float, end: float) -> tuple[int, "dict[str, str]", bytes]:
        import urllib3

        try:
            response = self._pool.request(
                "GET",
                self._host + path,
                headers={"Accept": "*/*", **self._headers()},
                timeout=urllib3.Timeout(connect=min(_CONNECT, limit), read=limit),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                parts, size = [], 0
                while chunk := response.read1(_CHUNK, decode_content=True):
                    size += len(chunk)
                    if size > LARGEST:
                        raise BrokenAnswer(f"is larger than the {LARGEST:,} bytes that are read")
                    if time.monotonic() > end:
                        raise Unreachable(f"did not answer within {limit:.3g} s")
                    parts.append(chunk)
            except BaseException:
                response.close()
                raise
            response.release_conn()
        except urllib3.exceptions.TimeoutError as error:
            raise Unreachable(f"did not answer within {limit:.3g} s") from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(f"the connection to the API server broke: {str(error)[:160]}") from error
        return response.status, dict(response.headers), b"".join(parts)

    def share(self) -> float:
        """The seconds that an answer may take. Raises OutOfTime."""
        share = self.deadline.share()
        if share <= 0:
            raise OutOfTime(f"was not asked: the time was over after {self.deadline.seconds:g} s (--timeout)")
        return share

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": "meshctl"}
        if value := self._configuration.get_api_key_with_prefix("BearerToken", alias="authorization"):
            headers["Authorization"] = value
        return headers

    def _proxy(self) -> dict[str, object]:
        """What leads through a proxy of HTTP, where the kubeconfig or the environment names one."""
        from kubernetes.client.rest import should_bypass_proxies

        proxy = self._configuration.proxy
        # An empty list would have the library look into the environment once more, by rules of its own.
        if not proxy or should_bypass_proxies(self._host, self._configuration.no_proxy or ""):
            return {"http_no_proxy": ["*"]}
        parts = urlsplit(proxy)
        auth = (parts.username, parts.password or "") if parts.username else None
        return {
            "http_proxy_host": parts.hostname,
            "http_proxy_port": parts.port or 80,
            "http_proxy_auth": auth,
            "http_no_proxy": [""],
            "proxy_type": "http",
        }


class OutOfTime(Unreachable):
    """Nobody was asked: the time for all was over before."""


def _path(namespace: str, name: str) -> str:
    return f"/api/v1/namespaces/{quote(namespace, safe='')}/pods/{quote(name, safe=':')}"


def _tls(configuration: "Configuration") -> ssl.SSLContext:
    context = ssl.create_default_context(
        cafile=configuration.ssl_ca_cert or None, cadata=configuration.ca_cert_data or None
    )
    if getattr(configuration, "disable_strict_ssl_verification", False):
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if configuration.assert_hostname is False:
        context.check_hostname = False
    if not configuration.verify_ssl:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file or None)
    return context


def _message(body: bytes) -> str:
    """The words of a Status, or the first line of whatever it is."""
    try:
        found = msgspec.json.decode(body, type=_Status).message
    except msgspec.DecodeError:
        found = body[:160].decode(errors="replace").strip().partition("\n")[0]
    return found


class _Status(msgspec.Struct):
    message: str = ""
