"""What a Sidecar takes in for its workload."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, integer, listed, mapping, text
from meshctl.graph.validation.connectionpool import connection_pool
from meshctl.graph.validation.endpoints import UNIX, unix_socket
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.names import is_ip, is_label
from meshctl.graph.validation.protocols import HTTP, TLS, protocol
from meshctl.graph.validation.ranges import MAX_PORT, needed_port
from meshctl.graph.validation.servertls import server_tls
from meshctl.model.paths import Path

_LOCAL = frozenset({"", "127.0.0.1", "0.0.0.0", "[::1]", "[::]", "::1", "::"})
_NO_TLS = ("subjectAltNames", "httpsRedirect", "credentialName", "credentialNames", "tlsCertificates")


def ingress(value: Any, path: Path) -> Iterator[Fault]:
    """Listeners for requests to the workload."""
    taken: set[int] = set()
    for i, listener in enumerate(listed(value)):
        place = (*path, i)
        if not isinstance(listener, dict):
            yield Fault(place, "The listener is null.", "Remove the item.")
            continue
        port = listener.get("port")
        if not isinstance(port, dict):
            yield Fault((*place, "port"), "The listener has no port.", "Add `port: {number: ..., protocol: ...}`.")
        else:
            yield from _port(port, (*place, "port"))
            number = integer(port.get("number"))
            if number in taken:
                yield Fault((*place, "port", "number"), f"Port {number} has a listener already.", "Merge the two.")
            taken.add(number or 0)
        bind = text(listener.get("bind"))
        if bind and not is_ip(bind):
            yield Fault((*place, "bind"), f"{bind!r} is no address to listen on.", "Use an IP address.")
        yield from _endpoint(text(listener.get("defaultEndpoint")), (*place, "defaultEndpoint"))
        name = text(mapping(port).get("protocol")).upper()
        yield from _tls(listener, place, name)
        if isinstance(pool := listener.get("connectionPool"), dict):
            yield from connection_pool(pool, (*place, "connectionPool"))
            if pool.get("http") and name not in HTTP:
                yield Fault(
                    (*place, "connectionPool", "http"),
                    f"The port carries {name or 'no known protocol'}, so limits for HTTP do nothing.",
                    "Remove them, or correct the protocol.",
                    warning=True,
                )


def _port(port: Fields, path: Path) -> Iterator[Fault]:
    yield from needed_port(port.get("number"), (*path, "number"))
    yield from protocol(port.get("protocol"), (*path, "protocol"), optional=True)
    if port.get("targetPort"):
        yield Fault((*path, "targetPort"), "targetPort is not used here.", "Use defaultEndpoint.")
    name = text(port.get("name"))
    if name and not is_label(name):
        yield Fault((*path, "name"), f"{name!r} is no name of a port.", "Use letters, digits and inner dashes.")


def _endpoint(value: str, path: Path) -> Iterator[Fault]:
    if not value:
        return
    if value.startswith(UNIX):
        yield from unix_socket(value, path)
        return
    host, _, number = value.rpartition(":")
    if host not in _LOCAL or not number.isdecimal() or not 0 < int(number) <= MAX_PORT:
        yield Fault(
            path,
            f"{value!r} is no place of the workload itself.",
            "Write 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, :PORT or unix:///path.",
        )


def _tls(listener: Fields, path: Path, name: str) -> Iterator[Fault]:
    tls = listener.get("tls")
    if not isinstance(tls, dict):
        return
    place = (*path, "tls")
    if name not in TLS:
        yield Fault(place, f"The protocol {name or '(none)'} cannot have TLS settings.", "Use HTTPS or TLS.")
    for field in _NO_TLS:
        if tls.get(field):
            yield Fault((*place, field), f"{field} is not used in Sidecars.", "Remove it.")
    if tls.get("mode") in ("ISTIO_MUTUAL", "AUTO_PASSTHROUGH"):
        yield Fault((*place, "mode"), f"{tls['mode']} is not for Sidecars.", "Use SIMPLE or MUTUAL with files.")
    yield from server_tls(tls, place)
