"""What protocol a port of a Service has for Istio, and whose Services it does not ask about."""

from meshctl.graph.kinds.core import Service, ServicePort

_KNOWN = frozenset(["tcp", "udp", "grpc", "http", "http_proxy", "http2", "https", "tls", "mongo", "redis", "mysql"])
_HTTP = frozenset({"http", "http2", "grpc", "http_proxy"})
_KNOWN_APP_PROTOCOLS = frozenset({"kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"})
_WELL_KNOWN_PORTS = frozenset({25, 53, 3306, 27017})
_MANAGED = "gateway.istio.io/managed"
_MANAGERS = frozenset(f"istio.io-{who}-controller" for who in ("gateway", "mesh", "eastwest"))


def protocol_hint(port: ServicePort) -> str:
    """The text that says the protocol: appProtocol where it is set, else the name."""
    return port.name if port.app_protocol is None else port.app_protocol


def protocol_is_known(port: ServicePort) -> bool:
    """Whether Istio knows the protocol without looking at the traffic.

    From appProtocol or the name up to its first dash, from a few well-known numbers, or because it is UDP.
    """
    if port.protocol == "UDP":
        return True
    hint = protocol_hint(port).lower()
    if hint in _KNOWN_APP_PROTOCOLS or hint.startswith("grpc-web") or hint.partition("-")[0] in _KNOWN:
        return True
    return port.number in _WELL_KNOWN_PORTS


def speaks_http(port: ServicePort) -> bool | None:
    """Whether sidecars take a port for HTTP; None where they look at the traffic. What TLS hides from them is none."""
    if port.protocol == "UDP":
        return False
    hint = protocol_hint(port).lower()
    name = hint.partition("-")[0]
    if hint in ("kubernetes.io/h2c", "kubernetes.io/ws") or hint.startswith("grpc-web") or name in _HTTP:
        return True
    return False if protocol_is_known(port) else None


def istios_own(service: Service) -> bool:
    """Whether a Service belongs to Istio's control plane or to a gateway that istiod manages."""
    labels = service.labels
    return "istio" in labels or labels.get("release") == "istio" or labels.get(_MANAGED) in _MANAGERS
