"""Resources of Consul: chains, intentions, and pods with many Services and upstreams."""

from bench.hurtful.manifests import BASE, documents, resource

_INJECTED = 'consul.hashicorp.com/connect-inject: "true"'


def _entry(kind: str, name: str, spec: str) -> str:
    return resource("consul.hashicorp.com/v1alpha1", kind, name, f"spec: {spec}")


def _http(name: str) -> str:
    return _entry("ServiceDefaults", name, "{protocol: http}")


def _deployment(name: str, annotations: str, app: str) -> str:
    metadata = f"{{labels: {{app: {app}}}, annotations: {{{annotations}}}}}"
    pods = f"{{metadata: {metadata}, spec: {{containers: [{{name: web, image: web:1}}]}}}}"
    return resource(
        "apps/v1", "Deployment", name, f"spec: {{selector: {{matchLabels: {{app: {app}}}}}, template: {pods}}}"
    )


def consul_services_of_pods(n: int) -> str:
    """Services that select the pods of one Deployment, and Deployments without a Service."""
    service = "spec: {selector: {app: same}, ports: [{name: http, port: 80}]}"

    def one(i: int) -> str:
        return resource("v1", "Service", f"s{i}", service) if i % 2 else _deployment(f"d{i}", _INJECTED, f"a{i}")

    return documents(one, n, f"{BASE}---\n{_deployment('same', _INJECTED, 'same')}")


def consul_redirects(n: int) -> str:
    """Resolvers that redirect to each other, in one circle."""
    return documents(lambda i: _entry("ServiceResolver", f"r{i}", f"{{redirect: {{service: r{(i + 1) % n}}}}}"), n)


def consul_splitters(n: int) -> str:
    """Splitters each of which splits twice to the next: so many ways that nobody can go them all."""

    def one(i: int) -> str:
        if i % 2:
            return _http(f"s{i // 2}")
        to = f"{{weight: 50, service: s{i // 2 + 1}}}"
        return _entry("ServiceSplitter", f"s{i // 2}", f"{{splits: [{to}, {to}]}}")

    return documents(one, n)


def consul_routes(n: int) -> str:
    """One router with n routes, behind each other and to services that there are not."""
    routes = ", ".join(
        f"{{match: {{http: {{pathPrefix: /p{i // 2}, methods: [GET]}}}}, destination: {{service: x{i}}}}}"
        for i in range(n)
    )
    return f"{BASE}---\n{_http('web')}---\n{_entry('ServiceRouter', 'web', f'{{routes: [{routes}]}}')}"


def consul_intentions(n: int) -> str:
    """One destination with n sources, half of them unknown, and intentions for it by n others."""
    sources = ", ".join(f"{{name: {'web' if i % 2 else 'wbe'}{i}, action: deny}}" for i in range(n))
    many = _entry("ServiceIntentions", "many", f"{{destination: {{name: web}}, sources: [{sources}]}}")

    def one(i: int) -> str:
        source = f"{{name: s{i}, action: allow}}"
        return _entry("ServiceIntentions", f"i{i}", f"{{destination: {{name: web}}, sources: [{source}]}}")

    return documents(one, n, f"{BASE}---\n{many}")


def consul_upstreams(n: int) -> str:
    """One pod with n upstreams, all on one port, and pods that all call one service."""
    upstreams = "consul.hashicorp.com/connect-service-upstreams"
    many = ",".join(f"db{i}:5432" for i in range(n))
    annotations = f'{_INJECTED}, {upstreams}: "{many}"'
    base = f"{BASE}---\n{_deployment('many', annotations, 'web')}"
    return documents(lambda i: _deployment(f"d{i}", f'{_INJECTED}, {upstreams}: "web:9000"', f"a{i}"), n, base)


def consul_same_names(n: int) -> str:
    """Entries of one name in many namespaces, with subsets of pods that are not there."""

    def one(i: int) -> str:
        subset = f"{{filter: Service.Meta.version == v{i}}}"
        found = _entry(
            "ServiceResolver", "web", f"{{subsets: {{v{i}: {subset}}}, failover: {{v{i}: {{service: web}}}}}}"
        )
        return found.replace("namespace: shop", f"namespace: n{i}")

    return documents(one, n, f"{BASE}---\n{_deployment('injected', _INJECTED, 'web')}")
