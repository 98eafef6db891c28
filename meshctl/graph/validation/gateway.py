"""A Gateway as a whole."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, integer, listed, mapping, numbered_texts, text
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.gatewayhosts import namespaced_host
from meshctl.graph.validation.names import is_ip, is_label
from meshctl.graph.validation.protocols import HTTP, TLS, protocol
from meshctl.graph.validation.ranges import needed_port
from meshctl.graph.validation.servertls import PASSTHROUGH, mode, server_tls
from meshctl.model.paths import Path

_UNIX = "unix://"


def gateway(view: Gateway) -> Iterator[Fault]:
    """What Istio refuses in a Gateway."""
    if not is_label(view.name):
        yield Fault(("metadata", "name"), f"{view.name!r} is no DNS label.", "Use letters, digits and inner dashes.")
    servers = listed(view.spec.get("servers"))
    if not servers:
        yield Fault(("spec", "servers"), "The Gateway has no server, so it opens no port.", "Add `servers`.")
    names: set[str] = set()
    for i, server in enumerate(servers):
        path: Path = ("spec", "servers", i)
        if not isinstance(server, dict):
            if server is None:
                yield Fault(path, "The server is null.", "Remove the item.")
            continue
        yield from _server(server, path)
        name = text(mapping(server.get("port")).get("name"))
        if name and name in names:
            yield Fault(
                (*path, "port", "name"),
                f"Two servers of the Gateway call their port {name}, and these names have to differ.",
                "Rename one of the two.",
            )
        names.add(name)


def _server(server: Fields, path: Path) -> Iterator[Fault]:
    if not listed(server.get("hosts")):
        yield Fault((*path, "hosts"), "The server has no hosts, so it serves nothing.", "Add the hosts it serves.")
    for i, host in numbered_texts(server.get("hosts")):
        yield from namespaced_host(host, (*path, "hosts", i), addresses=True)
    yield from _bind(server, path)
    port = server.get("port")
    if not isinstance(port, dict):
        yield Fault((*path, "port"), "The server has no port.", "Add `port: {number: ..., name: ..., protocol: ...}`.")
        return
    unix = text(server.get("bind")).startswith(_UNIX)
    if not (unix and not port.get("number")):
        yield from needed_port(port.get("number"), (*path, "port", "number"))
    yield from protocol(port.get("protocol"), (*path, "port", "protocol"))
    if not port.get("name"):
        yield Fault((*path, "port", "name"), "The port has no name.", "Add a name, as https-shop.")
    if port.get("targetPort"):
        yield Fault((*path, "port", "targetPort"), "targetPort is not used in Gateways.", "Remove it.")
    yield from _tls(server.get("tls"), (*path, "tls"), text(port.get("protocol")).upper())


def _bind(server: Fields, path: Path) -> Iterator[Fault]:
    bind = text(server.get("bind"))
    if bind.startswith(_UNIX):
        name = bind.removeprefix(_UNIX)
        if not name.startswith(("/", "@")) or name.endswith("/"):
            yield Fault((*path, "bind"), f"{bind!r} is no absolute path of a socket.", "Write unix:///path/of/socket.")
        elif integer(mapping(server.get("port")).get("number")):
            yield Fault((*path, "port", "number"), "A Unix socket has no port.", "Set the number 0.")
    elif bind and not is_ip(bind):
        yield Fault((*path, "bind"), f"{bind!r} is no address to listen on.", "Use an IP address or unix:///path.")


def _tls(value: Any, path: Path, name: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        if name in TLS:
            yield Fault(
                path,
                f"The protocol {name} needs TLS settings, and the server has none.",
                "Add `tls: {mode: SIMPLE, credentialName: ...}`, or `tls: {mode: PASSTHROUGH}`.",
            )
        return
    if name in HTTP:
        files = any(value.get(field) for field in ("caCertificates", "privateKey", "serverCertificate"))
        if mode(value) not in PASSTHROUGH or files:
            yield Fault(
                (*path, "mode") if "mode" in value else path,
                f"The protocol {name} is plain text and cannot have TLS settings other than httpsRedirect.",
                "Use the protocol HTTPS, or remove them.",
            )
            yield from (fault for fault in server_tls(value, path) if fault.warning)
            return
    elif name and name not in TLS:
        yield Fault(path, f"The protocol {name} cannot have TLS settings.", "Use the protocol TLS, or remove them.")
        yield from (fault for fault in server_tls(value, path) if fault.warning)
        return
    if value.get("httpsRedirect") is True and name not in HTTP:
        yield Fault(
            (*path, "httpsRedirect"),
            f"httpsRedirect answers plain HTTP, and this port is {name}: it does nothing.",
            "Set it in a server of port 80 with the protocol HTTP.",
            warning=True,
        )
    yield from server_tls(value, path)
