"""The request that is traced, as it is at one point of its way: rewrites change it."""

from collections.abc import Mapping

from msgspec import Struct, structs

from meshctl.graph.fields import EMPTY

_DEFAULT_PORTS = {"http": 80, "https": 443}
_OWN = frozenset({"http", "https", "grpc", "tcp", "tls"})
_SECRET = ("authorization", "cookie", "token", "secret", "api-key", "apikey", "password")
LONGEST_PORT = 65_535


class BadCall(Exception):
    """What the user wrote is no request: one sentence."""


class Call(Struct, frozen=True):
    """A request. `host` is without port, as it was written; `port` is None where nobody said it.

    `authority` is what it names as its host: the `Host` header where one is given. `headers` are in small letters.
    While it is `sealed`, in TLS of the client's own, nobody on the way sees more of it than the host.
    """

    host: str
    port: int | None = None
    scheme: str = "http"
    method: str = "GET"
    path: str = "/"
    query: Mapping[str, str] = EMPTY
    headers: Mapping[str, str] = EMPTY
    authority: str = ""
    sealed: bool = False

    @property
    def is_request(self) -> bool:
        """Whether there is a method, a path and headers: not so for `tcp://` and `tls://`."""
        return self.scheme not in ("tcp", "tls")

    @property
    def url(self) -> str:
        """`GET http://reviews:9080/api`."""
        port = "" if self.port in (None, _DEFAULT_PORTS.get(self.scheme)) else f":{self.port}"
        if not self.is_request:
            return f"{self.scheme}://{self.host}{port}"
        query = "?" + "&".join(f"{k}={v}" for k, v in self.query.items()) if self.query else ""
        return f"{self.method} {self.scheme}://{self.host}{port}{self.path}{query}"

    @property
    def domain(self) -> str:
        """The host that it names, without port, in small letters."""
        return _without_port(self.authority or self.host).lower()

    def changed(self, **fields: object) -> "Call":
        """The same with other fields."""
        return structs.replace(self, **fields)


def parse_call(
    text: str, *, method: str = "", path: str = "", headers: Mapping[str, str] = EMPTY, port: int | None = None
) -> Call:
    """`reviews`, `reviews.shop:9080/api?x=1` or an URL, with what flags say beside it. Raises BadCall."""
    # Every analysis imports this module, and none of them parses a URL.
    from urllib.parse import parse_qsl, urlsplit

    known, slashes, _ = text.partition("://")
    scheme = known.lower() if slashes else ""
    if slashes and scheme not in _OWN:
        raise BadCall(f"{known}:// is none of the protocols that are traced: {', '.join(sorted(_OWN))}")
    try:
        parts = urlsplit(text if slashes else f"//{text}")
        host, own = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadCall(f"{text!r} is no host or URL: {error}") from error
    if not host or any(c.isspace() for c in text):
        raise BadCall(f"{text!r} is no host or URL: write host, host:port or http://host:port/path")
    if port is not None and own not in (None, port):
        raise BadCall(f"--port {port} and the port {own} in {text!r} are two: say one")
    number = port or own
    if number is not None and not 0 < number <= LONGEST_PORT:
        raise BadCall(f"{number} is no port")
    if path and not path.startswith("/"):
        raise BadCall(f"--path {path} is no path: it begins with a slash")
    if method and not _is_token(method):
        raise BadCall(f"--method {method!r} is no method, such as GET or POST")
    named = urlsplit(path or "")
    given = {name.lower(): value for name, value in headers.items()}
    authority = given.pop("host", "") or given.pop(":authority", "")
    return Call(
        host=host,
        port=number or (_DEFAULT_PORTS.get(scheme) if slashes else None),
        scheme=scheme or ("https" if number == 443 else "http"),
        method=method.upper() or ("POST" if scheme == "grpc" else "GET"),
        path=named.path or parts.path or "/",
        query=dict(parse_qsl(named.query or parts.query, keep_blank_values=True)),
        headers=given,
        authority=authority or (f"{host}:{own}" if own else host),
        sealed=scheme in ("https", "tls") or (not scheme and number == 443),
    )


def parse_header(text: str) -> tuple[str, str]:
    """Name and value of `end-user=jason` or `end-user: jason`. Raises BadCall."""
    equals, colon = text.find("="), text.find(":", 1)
    place = min((i for i in (equals, colon) if i > 0), default=-1)
    if place <= 0:
        raise BadCall(f"--header {text!r} has no value: write NAME=VALUE or 'NAME: VALUE'")
    name = text[:place].strip().lower()
    if not _is_token(name.removeprefix(":")):
        raise BadCall(f"--header {text!r}: {name!r} is no name of a header")
    return name, text[place + 1 :].strip()


def shown_header(name: str, value: str) -> str:
    """The value of a header as reports may have it: tokens and the like stay with the user."""
    secret = any(word in name.lower() for word in _SECRET)
    return "(not shown)" if secret else value


def _is_token(text: str) -> bool:
    """Whether HTTP takes it as a method or the name of a header."""
    return text.isascii() and bool(text) and all(c.isalnum() or c in "!#$%&'*+-.^_`|~" for c in text)


def _without_port(authority: str) -> str:
    host, colon, port = authority.rpartition(":")
    return host if colon and port.isdecimal() and "]" not in port else authority
