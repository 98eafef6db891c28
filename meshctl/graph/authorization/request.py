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

_FACTS = {
    PRINCIPAL: "the principal of the caller",
    NAMESPACE: "the namespace of the caller",
    SERVICE_ACCOUNT: "the service account of the caller",
    TRUST_DOMAIN: "the trust domain of the caller",
    SOURCE_IP: "the address of the caller",
    REMOTE_IP: "the address of the client",
    DESTINATION_IP: "the address that is called",
    REQUEST_PRINCIPAL: "the token",
    METHOD: "the method",
    URL_PATH: "the path",
    HOST: "the host",
    PORT: "the port",
    SNI: "the SNI",
}


def fact_of(attribute: str) -> str:
    """What a reader calls the attribute of a request: `the method`."""
    if attribute.startswith(HEADER):
        return f"the header {_header_name(attribute)}"
    return _FACTS.get(attribute) or ("what the token says" if attribute.startswith("request.auth.") else attribute)


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


def attribute_fits(attribute: str, value: str, request: Request, domains: tuple[str, ...]) -> Answer:
    """Whether an attribute of a request fits a value of a rule.

    `domains` are the trust domains of the mesh, empty for ztunnel, which knows no aliases.
    """
    if attribute == PRINCIPAL:
        if request.principal is None:
            return _without_principal(value, request)
        return any(fits(pattern, request.principal) for pattern in with_aliases(value, domains))
    domain, namespace, account = request.caller
    if attribute == NAMESPACE:
        return _known(attribute, namespace, lambda own: fits_any_letters(value, own))
    if attribute == TRUST_DOMAIN:
        wanted = domains if value in domains else (value,)
        return _known(attribute, domain, lambda own: any(fits(each, own) for each in wanted))
    if attribute == SERVICE_ACCOUNT:
        home, _, name = value.partition("/")
        return _account(home, name, namespace, account)
    return _of_request(attribute, value, request)


def _without_principal(value: str, request: Request) -> Answer:
    """A caller of whom the namespace or the account is known is surely not one of others."""
    _, namespace, account = parts_of(value) or ("", "", "")
    for wanted, own in ((namespace, request.namespace), (account, request.service_account)):
        if wanted and own is not None and "*" not in wanted and wanted != own:
            return False
    return (fact_of(PRINCIPAL),)


def _account(home: str, name: str, namespace: str | None, account: str | None) -> Answer:
    if (namespace is not None and namespace != home) or (account is not None and account != name):
        return False
    return (fact_of(SERVICE_ACCOUNT),) if namespace is None or account is None else True


def _header_name(attribute: str) -> str:
    return attribute.removeprefix(f"{HEADER}[").removesuffix("]").lower()


def _of_request(attribute: str, value: str, request: Request) -> Answer:
    if attribute == METHOD:
        return _known(attribute, request.method, lambda own: fits(value, own))
    if attribute == URL_PATH:
        return _known(attribute, request.path, lambda own: fits_path(value, own.partition("?")[0]))
    if attribute == HOST:
        return _known(attribute, request.host, lambda own: fits(value.lower(), own.lower()))
    if attribute == PORT:
        return _known(attribute, None if request.port is None else str(request.port), lambda own: own == value)
    if attribute == SNI:
        return _known(attribute, request.sni, lambda own: fits(value, own))
    if attribute == REQUEST_PRINCIPAL:
        return _known(attribute, request.request_principal, lambda own: fits_request_principal(value, own))
    if attribute.startswith("request.auth.") and request.request_principal == "":
        return False
    if attribute.startswith(HEADER):
        given = {name.lower(): own for name, own in request.headers.items()}
        return _known(attribute, given.get(_header_name(attribute)), lambda own: fits(value, own))
    if attribute in (SOURCE_IP, REMOTE_IP, DESTINATION_IP):
        known = {SOURCE_IP: request.source_ip, REMOTE_IP: request.remote_ip, DESTINATION_IP: request.destination_ip}
        return _known(attribute, known[attribute], lambda own: in_block(value, own))
    return (fact_of(attribute),)


def _known(attribute: str, value: str | None, test: Callable[[str], bool]) -> Answer:
    return (fact_of(attribute),) if value is None else test(value)
