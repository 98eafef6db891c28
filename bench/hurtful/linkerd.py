"""Policies, routes and annotations of Linkerd that all concern one thing."""

from bench.hurtful.manifests import documents, http_route, resource

_BASE = """apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/skip-outbound-ports: "1-70"}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
"""
_POLICY = "policy.linkerd.io"


def _workload(name: str, ports: str = "{name: http, containerPort: 8080}", annotations: str = "") -> str:
    probe = "readinessProbe: {httpGet: {path: /ready, port: http}}"
    template = (
        f"{{metadata: {{labels: {{app: web, name: {name}}}, annotations: {{{annotations}}}}},"
        f" spec: {{containers: [{{name: web, image: web:1, ports: [{ports}], {probe}}}]}}}}"
    )
    spec = f"spec: {{selector: {{matchLabels: {{name: {name}}}}}, template: {template}}}"
    return resource("apps/v1", "Deployment", name, spec)


def _server(name: str, selector: str, port: object) -> str:
    spec = f"spec: {{podSelector: {{matchLabels: {{{selector}}}}}, port: {port}, accessPolicy: deny}}"
    return resource(f"{_POLICY}/v1beta3", "Server", name, spec)


def linkerd_servers(n: int) -> str:
    """Servers of all pods, for ports that none of them, one of them or all of them have; and as many workloads."""

    def one(i: int) -> str:
        if i % 2:
            return _workload(f"w{i}", f"{{name: http, containerPort: 8080}}, {{containerPort: {10000 + i}}}")
        return _server(f"s{i}", "app: web", (10001 + i, "http", 8080, 20000 + i)[i // 2 % 4])

    return documents(one, n, _BASE)


def linkerd_server_of_each(n: int) -> str:
    """A workload each with a Server of its own, and Servers of all of them for the same port by other selectors."""

    def one(i: int) -> str:
        if i % 3 == 0:
            return _workload(f"w{i}")
        return _server(f"s{i}", f"name: w{i - 1}" if i % 3 == 1 else f"app: web, odd: x{i}", 8080)

    return documents(one, n, f"{_BASE}---\n{_server('all', '', 'http')}")


def linkerd_policies(n: int) -> str:
    """Policies for one Server, or one that is much alike, by authentications and accounts that there are not."""

    def one(i: int) -> str:
        if i % 4 == 0:
            identity = f"account-{i}.shop.serviceaccount.identity.linkerd.cluster.local"
            return resource(
                f"{_POLICY}/v1alpha1", "MeshTLSAuthentication", f"clients-{i}", f"spec: {{identities: [{identity}]}}"
            )
        if i % 4 == 1:
            return resource("v1", "ServiceAccount", f"account-x{i}", "")
        target = "web-http" if i % 4 == 2 else f"wbe-http-{i}"
        ref = f"{{group: {_POLICY}, kind: MeshTLSAuthentication, name: cleints-{i}}}"
        server = f"{{group: {_POLICY}, kind: Server, name: {target}}}"
        spec = f"spec: {{targetRef: {server}, requiredAuthenticationRefs: [{ref}]}}"
        return resource(f"{_POLICY}/v1alpha1", "AuthorizationPolicy", f"p{i}", spec)

    return documents(one, n, f"{_BASE}---\n{_workload('web')}---\n{_server('web-http', 'app: web', 8080)}")


def linkerd_routes(n: int) -> str:
    """Routes on one Server, which has as many pods with probes, that no route takes."""

    def one(i: int) -> str:
        if i % 2:
            return _workload(f"w{i}")
        return http_route(f"r{i}", f"{{group: {_POLICY}, kind: Server, name: web-http}}", path=f"/r{i}")

    return documents(one, n, f"{_BASE}---\n{_server('web-http', 'app: web', 8080)}")


def linkerd_skipped_ports(n: int) -> str:
    """Workloads that all leave out many ports, and Services of the mesh that have others."""

    def one(i: int) -> str:
        if i % 2:
            ranges = ",".join(str(60000 + i % 100 + j) for j in range(20))
            return _workload(f"w{i}", annotations=f'config.linkerd.io/skip-outbound-ports: "{ranges}"')
        return resource(
            "v1", "Service", f"s{i}", f"spec: {{selector: {{name: w{i + 1}}}, ports: [{{port: {1000 + i}}}]}}"
        )

    return documents(one, n, _BASE)


def linkerd_profiles(n: int) -> str:
    """ServiceProfiles for Services that are called otherwise, and those Services."""

    def one(i: int) -> str:
        if i % 2:
            return resource("v1", "Service", f"service-{i}", "spec: {ports: [{name: http, port: 80}]}")
        return resource(
            "linkerd.io/v1alpha2", "ServiceProfile", f"sevrice-{i}.shop.svc.cluster.local", "spec: {routes: []}"
        )

    return documents(one, n, _BASE)
