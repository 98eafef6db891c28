"""The texts of which inputs made to hurt consist; arguments are YAML in flow style."""

from collections.abc import Callable

BASE = """apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web:1}]}
"""


def documents(one: Callable[[int], str], n: int, base: str = BASE) -> str:
    """The base, then n resources."""
    return "---\n".join([base, *(one(i) for i in range(n))])


def resource(version: str, kind: str, name: str, spec: str, meta: str = "") -> str:
    """One resource of the namespace, its spec in flow style; `meta` begins with a comma."""
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop{meta}}}\n{spec}\n"


def istio(kind: str, name: str, spec: str) -> str:
    """One of Istio's resources in the namespace."""
    group = "security" if kind.endswith(("Policy", "Authentication")) else "networking"
    return resource(f"{group}.istio.io/v1", kind, name, f"spec: {spec}")


def pod(name: str, labels: str) -> str:
    """A pod with labels in flow style."""
    return resource("v1", "Pod", name, "spec: {containers: [{name: web, image: web:1}]}", f", labels: {{{labels}}}")


def entry(host: str) -> str:
    """The spec of a ServiceEntry for one host."""
    return f"{{hosts: [{host}], resolution: DNS, ports: [{{number: 443, name: tls, protocol: TLS}}]}}"


def routes(name: str, host: str, *, gateways: str = "mesh", destination: str = "web") -> str:
    """A VirtualService that leads from a host to a destination."""
    route = f"{{route: [{{destination: {{host: {destination}, port: {{number: 80}}}}}}]}}"
    return istio("VirtualService", name, f"{{hosts: ['{host}'], gateways: [{gateways}], http: [{route}]}}")


GATEWAY_API = "gateway.networking.k8s.io/v1"


def kubernetes_gateway(listeners: str) -> str:
    """A Gateway of the Gateway API with these listeners."""
    return resource(GATEWAY_API, "Gateway", "public", f"spec: {{gatewayClassName: istio, listeners: [{listeners}]}}")


def http_route(name: str, parent: str, *, hostname: str = "", path: str = "/", backend: str = "web") -> str:
    """An HTTPRoute of one parent with one rule."""
    hostnames = f"hostnames: ['{hostname}'], " if hostname else ""
    rule = f"{{matches: [{{path: {{value: {path}}}}}], backendRefs: [{{name: {backend}, port: 80}}]}}"
    return resource(GATEWAY_API, "HTTPRoute", name, f"spec: {{parentRefs: [{parent}], {hostnames}rules: [{rule}]}}")
