"""What a VirtualService's http route does with a request, as fields of a route of Envoy's."""

from collections.abc import Iterable, Iterator
from typing import Any

from meshctl.graph.fields import Fields, integer, mapping, numbered, text, texts
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.meshconfig import MeshConfig
from meshctl.model.paths import Path
from meshctl.proxy.drift.routefilters import HAS_CORS, wants_of_cors, wants_of_fault
from meshctl.proxy.drift.values import dig, duration, flag, number
from meshctl.proxy.drift.wants import Aspect, Want, aspect, want

_DEFAULT_ATTEMPTS = 2
_RETRIABLE = "retriable-status-codes"
_REDIRECT_CODES = {
    301: "MOVED_PERMANENTLY",
    302: "FOUND",
    303: "SEE_OTHER",
    307: "TEMPORARY_REDIRECT",
    308: "PERMANENT_REDIRECT",
}
_CODES_BY_NAME = {name: code for code, name in _REDIRECT_CODES.items()}


def wants_of_action(source: VirtualService, path: Path, rule: Fields, config: MeshConfig) -> Iterator[Want]:
    """What the rule at this path wants of each of its routes, destinations and mirrors left out."""
    if redirect := mapping(rule.get("redirect")):
        yield from _redirect(source, (*path, "redirect"), redirect)
    elif direct := mapping(rule.get("directResponse")):
        yield from _direct(source, (*path, "directResponse"), direct)
    else:
        yield want(source, (*path, "timeout"), _TIMEOUT, duration(rule.get("timeout")) or "0s")
        if rule.get("retries") is not None:
            yield from _retries(source, (*path, "retries"), mapping(rule["retries"]))
        elif config.known and "defaultHttpRetryPolicy" not in config.fields:
            yield want(source, (*path, "retries"), _ATTEMPTS, _DEFAULT_ATTEMPTS)
        yield from _rewrite(source, (*path, "rewrite"), mapping(rule.get("rewrite")))
    yield from wants_of_headers(source, (*path, "headers"), mapping(rule.get("headers")))
    yield from wants_of_fault(source, (*path, "fault"), mapping(rule.get("fault")))
    if "corsPolicy" in rule:
        yield from wants_of_cors(source, (*path, "corsPolicy"), mapping(rule.get("corsPolicy")))
    else:
        yield want(source, (*path, "corsPolicy"), HAS_CORS, False)


def _code(found: Any) -> int | str:
    return 301 if found is None else _CODES_BY_NAME.get(found, found)


def _redirect(source: VirtualService, path: Path, redirect: Fields) -> Iterator[Want]:
    uri = redirect.get("uri")
    if isinstance(uri, str):
        shown = uri.removeprefix("%PREFIX()%") if uri.startswith("%PREFIX()%") else uri
        yield want(source, (*path, "uri"), _REDIRECT_URI, shown)
    yield want(source, (*path, "authority"), _REDIRECT_HOST, redirect.get("authority") or None)
    if redirect.get("scheme"):
        yield want(source, (*path, "scheme"), _REDIRECT_SCHEME, redirect["scheme"])
    if redirect.get("port"):
        yield want(source, (*path, "port"), _REDIRECT_PORT, number(redirect["port"]))
    yield want(source, (*path, "redirectCode"), _REDIRECT_CODE, integer(redirect.get("redirectCode")) or 301)


_REDIRECT_URI = Aspect(
    "redirect.path_redirect",
    lambda route: dig(route, "redirect", "path_redirect") or dig(route, "redirect", "prefix_rewrite"),
    (("redirect", "path_redirect"), ("redirect", "prefix_rewrite")),
)
_REDIRECT_HOST = aspect("redirect.host_redirect")
_REDIRECT_SCHEME = Aspect(
    "redirect.scheme_redirect",
    lambda route: "https" if dig(route, "redirect", "https_redirect") else dig(route, "redirect", "scheme_redirect"),
    (("redirect", "scheme_redirect"), ("redirect", "https_redirect")),
)
_REDIRECT_PORT = aspect("redirect.port_redirect", number)
_REDIRECT_CODE = aspect("redirect.response_code", _code)


def _direct(source: VirtualService, path: Path, direct: Fields) -> Iterator[Want]:
    yield want(source, (*path, "status"), _STATUS, integer(direct.get("status")))
    body = mapping(direct.get("body"))
    kind = "bytes" if "bytes" in body else "string"
    yield want(source, (*path, "body", kind) if body else (*path, "body"), _BODY, body.get(kind) or None)


_STATUS = aspect("direct_response.status", number)
_BODY = Aspect(
    "direct_response.body",
    lambda route: (
        dig(route, "direct_response", "body", "inline_string") or dig(route, "direct_response", "body", "inline_bytes")
    ),
    (("direct_response", "body"),),
)
_TIMEOUT = aspect("route.timeout", lambda found: duration(found) or "15s", "route.max_grpc_timeout")


def _retries(source: VirtualService, path: Path, retries: Fields) -> Iterator[Want]:
    if "attempts" not in retries:
        return
    attempts = integer(retries["attempts"]) or 0
    yield want(source, (*path, "attempts"), _ATTEMPTS, max(attempts, 0))
    if attempts <= 0:
        return
    yield want(source, (*path, "perTryTimeout"), _PER_TRY, duration(retries.get("perTryTimeout")))
    if on := text(retries.get("retryOn")):
        yield want(source, (*path, "retryOn"), _RETRY_ON, _conditions(on.split(",")))
    remote = retries.get("retryRemoteLocalities")
    yield want(source, (*path, "retryRemoteLocalities"), _RETRY_REMOTE, remote is True)
    if "retryIgnorePreviousHosts" in retries:
        ignored = retries["retryIgnorePreviousHosts"] is not False
        yield want(source, (*path, "retryIgnorePreviousHosts"), _RETRY_HOSTS, ignored)
    if backoff := retries.get("backoff"):
        yield want(source, (*path, "backoff"), _BACKOFF, duration(backoff))


def _conditions(words: Iterable[str], codes: Iterable[Any] = ()) -> str:
    """Conditions and status codes in one spelling; that codes count is said by the codes."""
    said = {w.strip() for w in words} | {str(code) for code in codes}
    return ",".join(sorted(said - {"", _RETRIABLE}))


def _retry_on(policy: Any) -> str | None:
    if not isinstance(policy, dict):
        return None
    return _conditions(str(policy.get("retry_on", "")).split(","), policy.get("retriable_status_codes") or ())


def _attempts(policy: Any) -> int | str:
    """Envoy's own default is one; without a policy it is none."""
    if policy is None:
        return 0
    found = number(dig(policy, "num_retries"))
    return 1 if found is None else found


_POLICY = "route.retry_policy"
_ATTEMPTS = Aspect(
    f"{_POLICY}.num_retries",
    lambda route: _attempts(dig(route, "route", "retry_policy")),
    (("route", "retry_policy", "num_retries"),),
)
_PER_TRY = aspect(f"{_POLICY}.per_try_timeout", duration)
_RETRY_ON = Aspect(
    f"{_POLICY}.retry_on",
    lambda route: _retry_on(dig(route, "route", "retry_policy")),
    (("route", "retry_policy", "retry_on"), ("route", "retry_policy", "retriable_status_codes")),
)
_RETRY_REMOTE = aspect(f"{_POLICY}.retry_priority", bool)
_RETRY_HOSTS = aspect(f"{_POLICY}.retry_host_predicate", bool)
_BACKOFF = aspect(f"{_POLICY}.retry_back_off.base_interval", duration)


def _rewrite(source: VirtualService, path: Path, rewrite: Fields) -> Iterator[Want]:
    regex = mapping(rewrite.get("uriRegexRewrite"))
    if regex:
        yield want(source, (*path, "uriRegexRewrite", "match"), _REWRITE_REGEX, regex.get("match"))
        yield want(source, (*path, "uriRegexRewrite", "rewrite"), _REWRITE_TO, regex.get("rewrite"))
    else:
        yield want(source, (*path, "uri"), _REWRITE_URI, rewrite.get("uri") or None)
    if authority := rewrite.get("authority"):
        yield want(source, (*path, "authority"), _REWRITE_HOST, authority)


_REWRITE_URI = Aspect(
    "route.prefix_rewrite",
    lambda route: dig(route, "route", "prefix_rewrite") or dig(route, "route", "regex_rewrite", "substitution"),
    (("route", "prefix_rewrite"), ("route", "regex_rewrite")),
)
_REWRITE_REGEX = aspect("route.regex_rewrite.pattern.regex")
_REWRITE_TO = aspect("route.regex_rewrite.substitution")
_REWRITE_HOST = aspect("route.host_rewrite_literal")


def wants_of_headers(source: VirtualService, path: Path, headers: Fields, at: str = "") -> Iterator[Want]:
    """What `headers` of a rule or of a destination wants; `at` is where the object has its lists."""
    for side in ("request", "response"):
        changes = mapping(headers.get(side))
        added = place_of(at, f"{side}_headers_to_add")
        named: dict[str, set[str]] = {}
        for verb in ("set", "add"):
            named[verb] = set()
            for name, value in mapping(changes.get(verb)).items():
                if name.lower() in ("host", ":authority") and side == "request" and verb == "set":
                    continue
                named[verb].add(name.lower())
                yield want(source, (*path, side, verb, name), _change(added, verb, name.lower()), str(value))
        for verb, names in named.items():
            where = (*path, side, verb) if names else (*path, side)
            yield want(source, where, _other_changes(added, verb, frozenset(names)), (), rest=True)
        removed = place_of(at, f"{side}_headers_to_remove")
        # Istio drops names that no proxy may remove.
        wanted = tuple(
            sorted(name for name in texts(changes.get("remove")) if name.lower() not in ("host", ":authority"))
        )
        in_order = wanted == texts(changes.get("remove"))
        yield want(source, (*path, side, "remove"), _removed(removed), wanted, each=in_order)


def place_of(at: str, field: str) -> tuple[str | int, ...]:
    """A field of the route, or of one of its weighted clusters: `at` is the number of it."""
    return (*_WEIGHTED, int(at), field) if at else (field,)


_WEIGHTED = ("route", "weighted_clusters", "clusters")


def _changes(route: Any, place: tuple[str | int, ...], verb: str) -> Iterator[tuple[str, str]]:
    for _, entry in numbered(dig(route, *place)):
        action = entry.get("append_action", "APPEND_IF_EXISTS_OR_ADD")
        if "append" in entry:
            action = "APPEND_IF_EXISTS_OR_ADD" if flag(entry["append"]) else "OVERWRITE_IF_EXISTS_OR_ADD"
        if ("set" if action == "OVERWRITE_IF_EXISTS_OR_ADD" else "add") == verb:
            header = mapping(entry.get("header"))
            yield text(header.get("key")).lower(), str(header.get("value", ""))


def _change(place: tuple[str | int, ...], verb: str, name: str) -> Aspect:
    return Aspect(f"{place[-1]}[{name}]", lambda route: dict(_changes(route, place, verb)).get(name), (place,))


def _other_changes(place: tuple[str | int, ...], verb: str, known: frozenset[str]) -> Aspect:
    return Aspect(
        str(place[-1]),
        lambda route: tuple(sorted({name for name, _ in _changes(route, place, verb)} - known)),
        (place,),
    )


def _removed(place: tuple[str | int, ...]) -> Aspect:
    return Aspect(str(place[-1]), lambda route: tuple(sorted(texts(dig(route, *place)))), (place,))
