"""A Sidecar as a whole; what it takes in is in `sidecaringress.py`."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from meshctl.graph.fields import Fields, integer, listed, mapping, numbered_texts, text
from meshctl.graph.kinds.networking import Sidecar
from meshctl.graph.validation.connectionpool import connection_pool
from meshctl.graph.validation.endpoints import UNIX, unix_socket
from meshctl.graph.validation.fault import Fault, remembering
from meshctl.graph.validation.gatewayhosts import namespaced_host
from meshctl.graph.validation.hosts import fqdn
from meshctl.graph.validation.labels import selector
from meshctl.graph.validation.names import is_ip
from meshctl.graph.validation.protocols import protocol
from meshctl.graph.validation.ranges import needed_port
from meshctl.graph.validation.sidecaringress import ingress
from meshctl.model.paths import Path

_CONTENT = ("egress", "ingress", "outboundTrafficPolicy", "inboundConnectionPool")


def sidecar(view: Sidecar) -> Iterator[Fault]:
    """What Istio refuses in a Sidecar."""
    spec = view.spec
    chosen = tuple(selector(spec, ("spec",), "workloadSelector", "labels"))
    yield from chosen
    if chosen:
        return
    if not any(spec.get(field) not in (None, []) for field in _CONTENT):
        yield Fault(("spec",), "The Sidecar says nothing.", f"Add one of {', '.join(_CONTENT)}, or remove it.")
        return
    yield from ingress(spec.get("ingress"), ("spec", "ingress"))
    yield from _egress(spec.get("egress"), ("spec", "egress"), view.namespace)
    if isinstance(spec.get("inboundConnectionPool"), dict):
        yield from connection_pool(spec["inboundConnectionPool"], ("spec", "inboundConnectionPool"))
    yield from _outbound(mapping(spec.get("outboundTrafficPolicy")), ("spec", "outboundTrafficPolicy"))


def _egress(value: Any, path: Path, namespace: str) -> Iterator[Fault]:
    listeners = listed(value)
    taken: set[int | str] = set()
    for i, listener in enumerate(listeners):
        place = (*path, i)
        if not isinstance(listener, dict):
            yield Fault(place, "The listener is null.", "Remove the item.")
            continue
        port, bind = listener.get("port"), text(listener.get("bind"))
        if not listed(listener.get("hosts")):
            yield Fault((*place, "hosts"), "The listener has no hosts, so nothing can be reached.", "Add `hosts`.")
        else:
            names_itself = any(h.startswith(f"{namespace}/") for _, h in numbered_texts(listener["hosts"]))
            hosts = partial(_hosts, namespace=namespace) if names_itself else _remembering_hosts
            yield from hosts(listener["hosts"], (*place, "hosts"))
        if not isinstance(port, dict):
            if i + 1 < len(listeners):
                yield Fault(
                    place,
                    "A listener without port takes what the others leave, so it has to be the last and the only one.",
                    "Move it to the end, or add a port.",
                )
            continue
        yield from _egress_port(listener, port, place)
        number = integer(port.get("number")) or bind
        if number and number in taken:
            yield Fault((*place, "port", "number"), f"{number} has a listener already.", "Merge the two.")
        taken.add(number)


def _egress_port(listener: Fields, port: Fields, path: Path) -> Iterator[Fault]:
    bind = text(listener.get("bind"))
    if bind.startswith(UNIX):
        yield from unix_socket(bind, (*path, "bind"))
        if listener.get("captureMode") not in (None, "", "DEFAULT", "NONE"):
            yield Fault((*path, "captureMode"), "What goes to a Unix socket cannot be captured.", "Use NONE.")
        if integer(port.get("number")):
            yield Fault((*path, "port", "number"), "A Unix socket has no port.", "Set the number 0.")
    else:
        if bind and not is_ip(bind):
            yield Fault((*path, "bind"), f"{bind!r} is no address to listen on.", "Use an IP address or unix:///path.")
        yield from needed_port(port.get("number"), (*path, "port", "number"))
    yield from protocol(port.get("protocol"), (*path, "port", "protocol"), optional=True)


def _hosts(value: Any, path: Path, namespace: str = "") -> Iterator[Fault]:
    """`namespace` is that of the Sidecar, where a host names it: `./*` is the same there."""
    everything = False
    seen: set[str] = set()
    known: set[str] = set()
    hosts = [(i, host) for i, host in numbered_texts(value)]
    for i, host in hosts:
        yield from namespaced_host(_included(host), (*path, i), needed=True)
        meant = f"./{host.partition('/')[2]}" if namespace and host.startswith(f"{namespace}/") else host
        if meant in known and not host.startswith("~"):
            yield Fault((*path, i), f"{host} stands twice.", "Remove one of the two.", warning=True)
        known.add(meant)
        seen.add(host)
        everything = everything or host == "*/*"
    if everything and not any(host.startswith("~") for host in seen):
        for i, host in hosts:
            if host != "*/*":
                yield Fault(
                    (*path, i),
                    f"{host} is part of */*, which stands beside it: all hosts are sent to the proxy.",
                    "Remove */*, or the others.",
                    warning=True,
                )
    elif not everything:
        yield from _shadowed(hosts, seen, path, namespace)


def _included(host: str) -> str:
    """A host without the sign that leaves it out: `ns/h` for `~ns/h`; `~` alone is no namespace at all."""
    rest = host.removeprefix("~")
    return f"*{rest}" if rest.startswith("/") and rest != host else rest


def _shadowed(hosts: list[tuple[int, str]], seen: set[str], path: Path, namespace: str) -> Iterator[Fault]:
    for i, host in hosts:
        place, _, name = host.partition("/")
        wider = [f"{place}/*", f"*/{name}"]
        if namespace and place in (".", namespace):
            wider += ["./*", f"{namespace}/*"]
        other = next((w for w in wider if w != host and w in seen), None)
        if other is not None and not host.startswith("~"):
            yield Fault((*path, i), f"{host} is part of {other}.", "Remove one of the two.", warning=True)


_remembering_hosts = remembering(_hosts)


def _outbound(value: Fields, path: Path) -> Iterator[Fault]:
    if value.get("mode") == "ALLOW_ANY_DYNAMIC_DNS":
        yield Fault((*path, "mode"), "ALLOW_ANY_DYNAMIC_DNS is for the whole mesh only.", "Use ALLOW_ANY.")
    proxy = value.get("egressProxy")
    if not isinstance(proxy, dict):
        return
    if value.get("mode") != "ALLOW_ANY":
        yield Fault((*path, "egressProxy"), "egressProxy is used with the mode ALLOW_ANY only.", "Set that mode.")
    if proxy.get("host"):
        yield from fqdn(proxy["host"], (*path, "egressProxy", "host"))
    else:
        yield Fault((*path, "egressProxy", "host"), "The egress proxy has no host.", "Add it.")
    number = mapping(proxy.get("port")).get("number")
    yield from needed_port(number, (*path, "egressProxy", "port", "number"))
