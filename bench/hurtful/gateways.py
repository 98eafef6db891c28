"""Gateways, and VirtualServices behind them."""

from bench.hurtful.manifests import BASE, documents, istio, pod, resource, routes


def gateways(n: int) -> str:
    """Gateways with one selector and one host."""
    server = "{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}"
    return documents(lambda i: istio("Gateway", f"g{i}", f"{{selector: {{app: web}}, servers: [{server}]}}"), n)


def gateways_with_certificate(n: int) -> str:
    """Gateways of one pod that present one certificate for different hosts."""

    def one(i: int) -> str:
        tls = "{mode: SIMPLE, credentialName: cert}"
        server = f"{{port: {{number: 443, name: https, protocol: HTTPS}}, hosts: [h{i}.example.com], tls: {tls}}}"
        return istio("Gateway", f"g{i}", f"{{selector: {{app: web}}, servers: [{server}]}}")

    return documents(one, n)


def gateway_hosts(n: int) -> str:
    """One Gateway with n hosts, and for each a VirtualService."""
    hosts = ", ".join(f"h{i}.example.com" for i in range(n))
    server = f"{{port: {{number: 80, name: http, protocol: HTTP}}, hosts: [{hosts}]}}"
    gateway = istio("Gateway", "public", f"{{selector: {{app: web}}, servers: [{server}]}}")
    return documents(lambda i: routes(f"v{i}", f"h{i}.example.com", gateways="public"), n, f"{BASE}---\n{gateway}")


def gateway_host_below_wildcards(n: int) -> str:
    """VirtualServices of one gateway, some for one host and some for a wildcard over it."""
    server = "{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*.example.com']}"
    gateway = istio("Gateway", "public", f"{{selector: {{app: web}}, servers: [{server}]}}")
    hosts = ("*.example.com", "a.example.com", "b.example.org")
    return documents(lambda i: routes(f"v{i}", hosts[i % 3], gateways="public"), n, f"{BASE}---\n{gateway}")


def gateway_behind_services(n: int) -> str:
    """Gateways on a port that none of the Services of their pod has."""

    def one(i: int) -> str:
        if i % 2:
            spec = f"spec: {{selector: {{app: web}}, ports: [{{name: http, port: {1000 + i}}}]}}"
            return resource("v1", "Service", f"s{i}", spec)
        server = f"{{port: {{number: 99, name: http, protocol: HTTP}}, hosts: [h{i}.example.com]}}"
        return istio("Gateway", f"g{i}", f"{{selector: {{app: web}}, servers: [{server}]}}")

    return documents(one, n)


def similar_secrets(n: int) -> str:
    """Secrets with names much alike, and Gateways that ask for others much alike."""

    def one(i: int) -> str:
        if i % 2:
            return resource("v1", "Secret", f"cert-{i}", "type: kubernetes.io/tls\ndata: {}")
        tls = f"{{mode: SIMPLE, credentialName: cert-{i}}}"
        server = f"{{port: {{number: 443, name: https, protocol: HTTPS}}, hosts: [h{i}.example.com], tls: {tls}}}"
        return istio("Gateway", f"g{i}", f"{{selector: {{app: web}}, servers: [{server}]}}")

    return documents(one, n)


def pods_behind_gateways(n: int) -> str:
    """Pods that carry the same labels, and Gateways that select them all, by one of a few selectors."""
    labels = ", ".join(f"l{i}: a" for i in range(20))

    def one(i: int) -> str:
        if i % 2:
            return pod(f"w{i}", f"app: web, number: x{i}, {labels}")
        server = "{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}"
        selector = f"{{l{i % 6}: a}}"
        return istio("Gateway", f"g{i}", f"{{selector: {selector}, servers: [{server}]}}")

    return documents(one, n)
