"""Gateways of the Gateway API, and routes that attach to them or to Services."""

from bench.hurtful.manifests import BASE, GATEWAY_API, documents, http_route, kubernetes_gateway, resource

_HTTP = "{name: http, port: 80, protocol: HTTP}"
_SERVICE = '{group: "", kind: Service, name: web}'


def kubernetes_routes(n: int) -> str:
    """HTTPRoutes of one listener, all for every host and with one match."""
    return documents(lambda i: http_route(f"r{i}", "{name: public}"), n, f"{BASE}---\n{kubernetes_gateway(_HTTP)}")


def kubernetes_listeners(n: int) -> str:
    """One Gateway with n listeners, and routes to all of them: by a host, a wildcard, a host of none, or every host."""
    listeners = ", ".join(
        f"{{name: l{i}, port: {1000 + i % 5}, protocol: HTTP, hostname: 'h{i}.example.com'}}" for i in range(n)
    )
    hosts = ("*.example.com", "", "h{i}.example.org", "h{i}.example.com")
    base = f"{BASE}---\n{kubernetes_gateway(listeners)}"
    return documents(lambda i: http_route(f"r{i}", "{name: public}", hostname=hosts[i % 4].format(i=i)), n, base)


def kubernetes_listeners_not_found(n: int) -> str:
    """One Gateway with n listeners on one port, and routes to others much alike, or of another kind."""
    listeners = ", ".join(f"{{name: listener-{i}, port: 80, protocol: HTTP}}" for i in range(n))

    def one(i: int) -> str:
        if i % 2:
            return http_route(f"r{i}", f"{{name: public, sectionName: listenre-{i}}}")
        rule = "{backendRefs: [{name: web, port: 80}]}"
        return resource(GATEWAY_API, "TCPRoute", f"r{i}", f"spec: {{parentRefs: [{{name: public}}], rules: [{rule}]}}")

    return documents(one, n, f"{BASE}---\n{kubernetes_gateway(listeners)}")


def kubernetes_backends(n: int) -> str:
    """One HTTPRoute with n rules, of which some lead to Services, ports and weights that there are not."""
    ports = (80, 81, 80, 8080)
    rules = ", ".join(
        f"{{matches: [{{path: {{value: /r{i}}}}}],"
        f" backendRefs: [{{name: web{'' if i % 3 else i}, port: {ports[i % 4]}, weight: {i % 5}}}]}}"
        for i in range(n)
    )
    route = resource(GATEWAY_API, "HTTPRoute", "many", f"spec: {{parentRefs: [{{name: public}}], rules: [{rules}]}}")
    return f"{BASE}---\n{kubernetes_gateway(_HTTP)}---\n{route}"


def routes_of_a_service(n: int) -> str:
    """HTTPRoutes and TCPRoutes of one Service, which none of them takes whole."""

    def one(i: int) -> str:
        if i % 2:
            return http_route(f"r{i}", _SERVICE, path=f"/r{i}")
        rule = "{backendRefs: [{name: web, port: 80}]}"
        return resource(GATEWAY_API, "TCPRoute", f"r{i}", f"spec: {{parentRefs: [{_SERVICE}], rules: [{rule}]}}")

    return documents(one, n)


def reference_grants(n: int) -> str:
    """ReferenceGrants for one namespace, and routes to Services of others that no grant names."""

    def one(i: int) -> str:
        if i % 2:
            origin = "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}"
            spec = f"spec: {{from: [{origin}], to: [{{group: '', kind: Service, name: web-{i}}}]}}"
            return resource(GATEWAY_API, "ReferenceGrant", f"g{i}", spec)
        return http_route(f"r{i}", "{name: public}", path=f"/r{i}", backend=f"web, namespace: team-{i}")

    return documents(one, n, f"{BASE}---\n{kubernetes_gateway(_HTTP)}")


def gateway_addresses(n: int) -> str:
    """Gateways that ask for one address, and certificates and policies much alike for each."""

    def one(i: int) -> str:
        if i % 3 == 0:
            target = '{group: "", kind: Service, name: web}'
            spec = f"spec: {{targetRefs: [{target}], validation: {{hostname: a, wellKnownCACertificates: System}}}}"
            return resource(GATEWAY_API, "BackendTLSPolicy", f"p{i}", spec)
        tls = f"{{certificateRefs: [{{name: cert-{i}}}]}}"
        listener = f"{{name: https, port: 443, protocol: HTTPS, tls: {tls}}}"
        spec = f"{{gatewayClassName: istio, addresses: [{{value: 192.0.2.1}}], listeners: [{listener}]}}"
        return resource(GATEWAY_API, "Gateway", f"g{i}", f"spec: {spec}")

    return documents(one, n)
