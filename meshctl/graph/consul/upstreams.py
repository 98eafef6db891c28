"""The annotation that lists the services a pod calls, taken apart as Consul's controller does it."""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl

from meshctl.graph.consul.values import port_value
from meshctl.graph.kinds.workload import Workload

QUERY = "prepared_query"
_OPTIONS = {
    **dict.fromkeys(("destination_port", "destination-port", "destinationPort", "port"), "destination_port"),
    **dict.fromkeys(("local_bind_address", "local-bind-address", "localBindAddress"), "local_bind_address"),
    **dict.fromkeys(("mesh_gateway_mode", "mesh-gateway-mode", "meshGatewayMode"), "mesh_gateway_mode"),
    **dict.fromkeys(("datacenter", "dc"), "dc"),
}
_MODES = ("none", "local", "remote")
_ENDS = ("peer", "ap", "dc")


class Upstream(NamedTuple):
    """An upstream as it is written in `text`. `problem` is what is wrong with it, as the end of a sentence.

    `name` is that of the service, empty for a prepared query. `namespace` is Consul's. `beyond` says that the service
    is of a peer, partition or datacenter that is named. `port` is that on `address` at which the pod finds it.
    """

    text: str
    problem: str = ""
    name: str = ""
    namespace: str = ""
    beyond: bool = False
    port: int = 0
    address: str = "127.0.0.1"

    @property
    def is_dotted(self) -> bool:
        """Whether the name of the service has dots, which only Consul Enterprise takes apart."""
        return "." in self.name


def upstreams(value: str, workload: Workload, namespaces: bool) -> tuple[Upstream, ...]:
    """The upstreams of the annotation's value; `namespaces` says whether Consul has any, as only Enterprise does."""
    return tuple(_upstream(item.strip(), workload, namespaces) for item in value.split(",")) if value else ()


def _upstream(item: str, workload: Workload, namespaces: bool) -> Upstream:
    parts = item.split(":", 2)
    if not item:
        return Upstream(item, "is empty: there is a comma too many")
    if parts[0].strip() == QUERY:
        return _query(item, parts, workload)
    if len(parts) < 2:
        return Upstream(item, "has no port: it is name:port")
    port = port_value(workload, parts[1].strip())
    if port is None or port <= 0:
        return Upstream(item, f"has the port {parts[1].strip()!r}, which is no number and no port of the pod")
    pieces = [piece.strip() for piece in parts[0].split(".")]
    labeled = len(pieces) > 1 and pieces[1] == "svc"
    options, problem = _options(parts[2].strip() if len(parts) > 2 else "", labeled)
    if problem:
        return Upstream(item, problem)
    found = Upstream(item, port=port, address=options.get("local_bind_address", "127.0.0.1"))
    named = _labeled(found, pieces, options, namespaces) if labeled else _plain(found, pieces, options, namespaces)
    return named if named.name or named.problem else named._replace(problem="names no service")


def _query(item: str, parts: list[str], workload: Workload) -> Upstream:
    if len(parts) < 3 or not parts[1].strip():
        return Upstream(item, f"is not of the form {QUERY}:name:port")
    port = port_value(workload, parts[2].strip())
    if port is None or port <= 0:
        return Upstream(item, f"has the port {parts[2].strip()!r}, which is no number and no port of the pod")
    return Upstream(item, port=port)


def _plain(found: Upstream, pieces: list[str], options: dict[str, str], namespaces: bool) -> Upstream:
    beyond = "dc" in options
    if not namespaces:
        return found._replace(name=".".join(pieces), beyond=beyond)
    namespace = pieces[1] if len(pieces) > 1 else ""
    return found._replace(name=pieces[0], namespace=namespace, beyond=beyond or len(pieces) > 2)


def _labeled(found: Upstream, pieces: list[str], options: dict[str, str], namespaces: bool) -> Upstream:
    """`name.svc`, with `.namespace.ns` of Enterprise and `.which.peer`, `.ap` or `.dc` behind it."""
    rest, namespace = pieces[2:], ""
    ends = _ENDS if namespaces else ("peer", "dc")
    form = "name.svc.namespace.ns.which.(peer|ap|dc)" if namespaces else "name.svc.which.(peer|dc)"
    if namespaces and rest:
        if len(rest) < 2 or rest[1] != "ns":
            return found._replace(problem=f"is not of the form {form}")
        namespace, rest = rest[0], rest[2:]
    if rest and (len(rest) != 2 or rest[1] not in ends):
        return found._replace(problem=f"is not of the form {form}")
    if rest and rest[1] == "dc" and options.get("dc", rest[0]) != rest[0]:
        return found._replace(problem=f"names two datacenters, {rest[0]} and {options['dc']}")
    return found._replace(name=pieces[0], namespace=namespace, beyond=bool(rest) or "dc" in options)


def _options(extra: str, labeled: bool) -> tuple[dict[str, str], str]:
    """The options behind the port by their names, and what is wrong with them."""
    if not extra or not re.search("[=&?]", extra):
        # One word is the datacenter or, behind a name with labels, the port of the service.
        return ({"destination_port" if labeled else "dc": extra} if extra else {}), ""
    before, mark, after = extra.partition("?")
    query, found = (after if mark else before), dict[str, str]()
    if mark and before.strip():
        if labeled:
            query = extra
        else:
            found["dc"] = before.strip()
    for key, value in parse_qsl(query.replace(";", "&"), keep_blank_values=True):
        name = _OPTIONS.get(key.strip())
        if not value.strip():
            continue
        if name is None:
            return {}, f"has the unknown option {key.strip()}"
        if name == "mesh_gateway_mode" and value.strip() not in _MODES:
            return {}, f"has the mesh gateway mode {value.strip()!r}, which is none of {', '.join(_MODES)}"
        found[name] = value.strip()
    return found, ""
