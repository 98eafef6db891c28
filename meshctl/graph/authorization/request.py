"""A request as an AuthorizationPolicy sees it."""

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from meshctl.graph.authorization.answers import Answer
from meshctl.graph.authorization.identities import parts_of, with_aliases
from meshctl.graph.authorization.patterns import (
    fits,
    fits_any_letters,
    fits_path,
    fits_request_principal,
    in_block,
)
from meshctl.graph.authorization.rules import (
    DESTINATION_IP,
    HEADER,
    HOST,
    METHOD,
    NAMESPACE,
    PORT,
    PRINCIPAL,
    REMOTE_IP,
    REQUEST_PRINCIPAL,
    SERVICE_ACCOUNT,
    SNI,
    SOURCE_IP,
    TRUST_DOMAIN,
    URL_PATH,
)


class Request(Struct, frozen=True):
    """A request that reaches a proxy. None is a fact that is not known; an empty text one that is known to be absent.

    `principal` is the caller's in mTLS (`cluster.local/ns/shop/sa/web`), empty for plaintext; `namespace` and
    `service_account` are for a caller of whom only those are known. `port` is that of the pod (for a waypoint, that of
    the Service), `path` may have a query, `host` a port. Of `headers`, one that is not named is not known.
    `request_principal` is that of a valid token, `issuer/subject`, empty without token. `http` is False where the
    proxy takes the port for TCP. `remote_ip` is the client's address behind other proxies, `source_ip` that of the
    caller itself.
    """

    principal: str | None = None
    namespace: str | None = None
    service_account: str | None = None
    port: int | None = None
    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: Mapping[str, str] = {}
    request_principal: str | None = None
    source_ip: str | None = None
    remote_ip: str | None = None
    destination_ip: str | None = None
    sni: str | None = None
    http: bool = True

    def without_token(self) -> "Request":
        """The same request, known to have no valid token."""
        return replace(self, request_principal="")

    @property
    def caller(self) -> tuple[str | None, str | None, str | None]:
        """Trust domain, namespace and service account of the caller, each None where it is not known."""
        if self.principal is not None:
            return parts_of(self.principal) or ("", "", "")
        return None, self.namespace, self.service_account


class Reader(Struct, frozen=True):
    """How one proxy reads the values of a policy: `home` is the policy's namespace, `domains` the mesh's trust domains.

    Only sidecars and gateways know the aliases of trust domains, so `domains` is empty for ztunnel.
    """

    home: str
    domains: tuple[str, ...]

    def fits(self, attribute: str, value: str, request: Request) -> Answer:
        """Whether an attribute of a request fits a value of a rule."""
        if attribute == PRINCIPAL:
            return self._principal(value, request)
        domain, namespace, account = request.caller
        if attribute == NAMESPACE:
            return _known("the namespace of the caller", namespace, lambda own: fits_any_letters(value, own))
        if attribute == TRUST_DOMAIN:
            wanted = self.domains if value in self.domains else (value,)
            return _known("the trust domain of the caller", domain, lambda own: any(fits(w, own) for w in wanted))
        if attribute == SERVICE_ACCOUNT:
            home, _, name = value.rpartition("/")
            return _account(home or self.home, name, namespace, account)
        return _of_request(attribute, value, request)

    def _principal(self, value: str, request: Request) -> Answer:
        if request.principal is None:
            return _without_principal(value, request)
        return any(fits(pattern, request.principal) for pattern in with_aliases(value, self.domains))


def _without_principal(value: str, request: Request) -> Answer:
    """A caller of whom the namespace or the account is known is surely not one of others."""
    _, namespace, account = parts_of(value) or ("", "", "")
    for wanted, own in ((namespace, request.namespace), (account, request.service_account)):
        if wanted and own is not None and "*" not in wanted and wanted != own:
            return False
    return ("the principal of the caller",)


def _account(home: str, name: str, namespace: str | None, account: str | None) -> Answer:
    if (namespace is not None and namespace != home) or (account is not None and account != name):
        return False
    return ("the service account of the caller",) if namespace is None or account is None else True


def _of_request(attribute: str, value: str, request: Request) -> Answer:
    if attribute == METHOD:
        return _known("the method", request.method, lambda own: fits(value, own))
    if attribute == URL_PATH:
        return _known("the path", request.path, lambda own: fits_path(value, own.partition("?")[0]))
    if attribute == HOST:
        return _known("the host", request.host, lambda own: fits(value.lower(), own.lower()))
    if attribute == PORT:
        return ("the port",) if request.port is None else value == str(request.port)
    if attribute == SNI:
        return _known("the SNI", request.sni, lambda own: fits(value, own))
    if attribute == REQUEST_PRINCIPAL:
        return _known("the token", request.request_principal, lambda own: fits_request_principal(value, own))
    if attribute.startswith("request.auth."):
        return False if request.request_principal == "" else ("what the token says",)
    if attribute.startswith(HEADER):
        name = attribute.removeprefix(f"{HEADER}[").removesuffix("]").lower()
        given = {key.lower(): own for key, own in request.headers.items()}
        return _known(f"the header {name}", given.get(name), lambda own: fits(value, own))
    addresses = {
        SOURCE_IP: ("the address of the caller", request.source_ip),
        REMOTE_IP: ("the address of the client", request.remote_ip),
        DESTINATION_IP: ("the address that is called", request.destination_ip),
    }
    if attribute in addresses:
        return _known(*addresses[attribute], lambda own: in_block(value, own))
    return (attribute,)


def _known(fact: str, value: str | None, test: Callable[[str], bool]) -> Answer:
    return (fact,) if value is None else test(value)
