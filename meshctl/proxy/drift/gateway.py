"""Gateways: the listeners of their pods, with TLS, and the virtual hosts of the VirtualServices bound to them."""

from collections.abc import Collection, Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.selectors import matches
from meshctl.graph.viewpoint.servings import HTTP, Serving, listening, servings
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path
from meshctl.proxy.drift.presence import Claim
from meshctl.proxy.drift.values import dig
from meshctl.proxy.drift.wants import Aspect, Want, want

_MANAGER = "envoy.filters.network.http_connection_manager"


def listener_name(serving: Serving) -> str:
    """The listener of a server."""
    return f"{serving.server.bind or '0.0.0.0'}_{serving.target}"


def listener_claims(viewer: Viewer, names: Collection[str]) -> Iterator[Claim]:
    """Listeners that lack, or that no server asks for; an IPv6 gateway has them under another address."""
    if listening(viewer) is None:
        return
    there = {_port(name): name for name in names if _port(name) is not None}
    wanted = {s.target: s for s in reversed(servings(viewer))}
    missing = [target for target in wanted if target not in there]
    more = [port for port in there if port not in wanted]
    for k, target in enumerate(missing):
        found = wanted[target]
        instead = more[k] if len(missing) == len(more) else None
        name = f"listener {listener_name(found)}"
        path = (*found.server.path, "port", "number")
        yield Claim(found.gateway.id, path, found.port, instead, frozenset(), name)
    for port in more if not missing else ():
        if other := _other(viewer, port):
            path = ("spec", "selector")
            yield Claim(other.id, path, "selects other pods", "is served", frozenset(), f"listener {there[port]}")


def _port(name: str) -> int | None:
    digits = name.rpartition("_")[2]
    return int(digits) if "_" in name and digits.isdecimal() else None


def _other(viewer: Viewer, port: int | None) -> Gateway | None:
    """A Gateway for other pods that would listen there."""
    targets = listening(viewer) or {}
    for gateway in viewer.mesh.all(Gateway):
        elsewhere = gateway.selector and not matches(gateway.selector, viewer.labels)
        if elsewhere and any(s.port and targets.get(s.port, s.port) == port for s in gateway.servers):
            return gateway
    return None


def wants_of_listener(viewer: Viewer, name: str) -> Iterator[Want]:
    """What the servers on one listener want of it."""
    mine = [s for s in servings(viewer) if s.target == _port(name)]
    for k, each in enumerate(mine):
        path = (*each.server.path, "port", "protocol")
        if len({s.is_http for s in mine}) == 1 and k == 0:
            yield want(each.gateway, path, _LOOKS, "HTTP" if each.is_http else "TCP")
        if each.protocol in ("HTTPS", "TLS"):
            yield from _tls(each, k, len(mine))


def _managed(listener: Any) -> str:
    chains = [c for _, c in numbered(mapping(listener).get("filter_chains"))]
    chains.append(mapping(mapping(listener).get("default_filter_chain")))
    return "HTTP" if any(f.get("name") == _MANAGER for c in chains for _, f in numbered(c.get("filters"))) else "TCP"


_LOOKS = Aspect("filter_chains.filters", _managed, (("filter_chains", "*", "filters"),))


def _tls(each: Serving, k: int, count: int) -> Iterator[Want]:
    hosts = tuple(sorted({entry.rpartition("/")[2] for _, entry in each.server.hosts}))
    names = () if "*" in hosts else hosts
    path = each.server.path
    yield want(each.gateway, (*path, "hosts"), _chain(names, k, count, "server_names", _names), names)
    tls = mapping(each.fields.get("tls"))
    if text(tls.get("mode")) in ("PASSTHROUGH", "AUTO_PASSTHROUGH"):
        return
    if credential := text(tls.get("credentialName")):
        yield want(
            each.gateway,
            (*path, "tls", "credentialName"),
            _chain(names, k, count, "credential", _credential),
            credential,
        )
    elif (certificate := text(tls.get("serverCertificate"))) and (key := text(tls.get("privateKey"))):
        found = _chain(names, k, count, "tls_certificate_sds_secret_configs", _credential)
        yield want(each.gateway, (*path, "tls", "serverCertificate"), found, f"file-cert:{certificate}~{key}")
    mode = text(tls.get("mode")) or "PASSTHROUGH"
    yield want(each.gateway, (*path, "tls", "mode"), _chain(names, k, count, "transport_socket", _mode), mode)
    if version := text(tls.get("minProtocolVersion")):
        wanted = None if version == "TLS_AUTO" else version
        found = _chain(names, k, count, "tls_minimum_protocol_version", _minimum)
        yield want(each.gateway, (*path, "tls", "minProtocolVersion"), found, wanted)


def _chain(names: tuple[str, ...], k: int, count: int, shown: str, read: Any) -> Aspect:
    """An aspect of the chain for these server names; without such a chain, of the one at the same place."""

    def found(listener: Any) -> Any:
        chains = [c for _, c in numbered(mapping(listener).get("filter_chains"))]
        same = [c for c in chains if _names(c) == names]
        if not same and len(chains) == count:
            same = [chains[k]]
        return read(same[0]) if same else None

    covers: tuple[Path, ...] = (
        ("filter_chains", "*", "filter_chain_match"),
        ("filter_chains", "*", "transport_socket"),
    )
    return Aspect(f"filter_chains.{shown}", found, covers)


def _names(chain: Any) -> tuple[str, ...]:
    found = dig(chain, "filter_chain_match", "server_names")
    return tuple(sorted(found)) if isinstance(found, list) else ()


def _context(chain: Any) -> Fields:
    return mapping(dig(chain, "transport_socket", "typed_config", "common_tls_context"))


def _credential(chain: Any) -> str | None:
    for _, secret in numbered(_context(chain).get("tls_certificate_sds_secret_configs")):
        return text(secret.get("name")).removeprefix("kubernetes://").removesuffix("-cacert")
    return None


def _mode(chain: Any) -> str | None:
    if not _context(chain):
        return "PASSTHROUGH"
    certificates = [text(s.get("name")) for _, s in numbered(_context(chain).get("tls_certificate_sds_secret_configs"))]
    required = dig(chain, "transport_socket", "typed_config", "require_client_certificate") in (True, {"value": True})
    if "default" in certificates:
        return "ISTIO_MUTUAL"
    verified = _context(chain).get("combined_validation_context") or _context(chain).get(
        "validation_context_sds_secret_config"
    )
    return ("MUTUAL" if required else "OPTIONAL_MUTUAL") if verified else "SIMPLE"


def _minimum(chain: Any) -> str | None:
    found = dig(_context(chain), "tls_params", "tls_minimum_protocol_version")
    return found.replace("TLSv1_", "TLSV1_") if isinstance(found, str) else None


def redirects(serving: Serving) -> bool:
    """Whether a server sends plain requests to HTTPS."""
    return mapping(serving.fields.get("tls")).get("httpsRedirect") is True


def wants_of_host(serving: Serving) -> Iterator[Want]:
    """What a server wants of each virtual host behind it."""
    if serving.protocol in HTTP:
        wanted = "ALL" if redirects(serving) else None
        yield want(serving.gateway, (*serving.server.path, "tls", "httpsRedirect"), _REDIRECT, wanted)


_REDIRECT = Aspect("require_tls", lambda host: text(mapping(host).get("require_tls")) or None, (("require_tls",),))
