"""VirtualServices, DestinationRules and ServiceEntries."""

from bench.hurtful.manifests import BASE, documents, entry, istio, pod, resource, routes


def wildcard_hosts(n: int) -> str:
    """VirtualServices with wildcard hosts, each within the one before for ten of them."""
    return documents(lambda i: routes(f"v{i}", f"*{'.sub' * (i % 10)}.d{i // 10}.example.com"), n)


def one_mesh_host(n: int) -> str:
    """VirtualServices for one host."""
    return documents(lambda i: routes(f"v{i}", "web"), n)


def mesh_hosts_below_one_wildcard(n: int) -> str:
    """VirtualServices for hosts that one wildcard covers, and as many for the wildcard."""
    return documents(lambda i: routes(f"v{i}", f"h{i}.example.com" if i % 2 else "*.example.com"), n)


def missing_destinations(n: int) -> str:
    """VirtualServices that lead to hosts that do not exist, and to one that nearly does."""
    return documents(lambda i: routes(f"v{i}", f"h{i}.example.com", destination=f"wep{i % 7 or ''}"), n)


def one_virtualservice(n: int) -> str:
    """One VirtualService with n routes."""
    rows = ", ".join(
        f"{{match: [{{uri: {{prefix: /r{i}/}}}}], route: [{{destination: {{host: web, port: {{number: 80}}}}}}]}}"
        for i in range(n)
    )
    return f"{BASE}---\n{istio('VirtualService', 'v', f'{{hosts: [web], http: [{rows}]}}')}"


def one_route(n: int) -> str:
    """One VirtualService with one route of n matches, some of them twice."""
    rows = ", ".join(f"{{uri: {{prefix: /r{i // 2}/}}, headers: {{x: {{exact: a{i}}}}}}}" for i in range(n))
    http = f"{{match: [{rows}], route: [{{destination: {{host: web, port: {{number: 80}}}}}}]}}"
    return f"{BASE}---\n{istio('VirtualService', 'v', f'{{hosts: [web], http: [{http}]}}')}"


def delegates(n: int) -> str:
    """VirtualServices that n routes of another delegate to."""
    rows = ", ".join(f"{{match: [{{uri: {{prefix: /r{i}/}}}}], delegate: {{name: d{i}}}}}" for i in range(n))
    route = "{http: [{route: [{destination: {host: web, port: {number: 80}}}]}]}"
    base = f"{BASE}---\n{istio('VirtualService', 'root', f'{{hosts: [web], http: [{rows}]}}')}"
    return documents(lambda i: istio("VirtualService", f"d{i}", route), n, base)


def one_delegate(n: int) -> str:
    """VirtualServices that delegate to one and the same."""
    base = f"{BASE}---\n{istio('VirtualService', 'd', '{http: [{route: [{destination: {host: web}}]}]}')}"

    def one(i: int) -> str:
        return istio("VirtualService", f"v{i}", f"{{hosts: [h{i}.example.com], http: [{{delegate: {{name: d}}}}]}}")

    return documents(one, n, base)


def service_entries(n: int) -> str:
    """ServiceEntries for one host."""
    return documents(lambda i: istio("ServiceEntry", f"e{i}", entry("api.example.com")), n)


def service_entry_protocols(n: int) -> str:
    """ServiceEntries for one host and port that do not agree on the protocol."""

    def one(i: int) -> str:
        port = f"{{number: 80, name: p, protocol: {'HTTP' if i % 2 else 'TCP'}}}"
        return istio("ServiceEntry", f"e{i}", f"{{hosts: [api.example.com], resolution: DNS, ports: [{port}]}}")

    return documents(one, n)


def routes_to_service_entries(n: int) -> str:
    """ServiceEntries for one host, and VirtualServices that lead there by a port that none of them has."""

    def one(i: int) -> str:
        if i % 2:
            return routes(f"v{i}", f"h{i}.example.com", destination="api.example.com")
        return istio("ServiceEntry", f"e{i}", entry("api.example.com"))

    return documents(one, n)


def destination_rules(n: int) -> str:
    """DestinationRules for one host, each with a subset of its own."""

    def one(i: int) -> str:
        return istio("DestinationRule", f"r{i}", f"{{host: web, subsets: [{{name: s{i}, labels: {{v: x{i}}}}}]}}")

    return documents(one, n)


def subsets(n: int) -> str:
    """One DestinationRule with n subsets, and a VirtualService with a route to each."""
    named = ", ".join(f"{{name: s{i}, labels: {{version: x{i}}}}}" for i in range(n))
    rows = ", ".join(
        f"{{match: [{{uri: {{prefix: /r{i}/}}}}], route: [{{destination: {{host: web, subset: s{i}}}}}]}}"
        for i in range(n)
    )
    rule = istio("DestinationRule", "r", f"{{host: web, subsets: [{named}]}}")
    return f"{BASE}---\n{rule}---\n{istio('VirtualService', 'v', f'{{hosts: [web], http: [{rows}]}}')}"


def missing_subsets(n: int) -> str:
    """DestinationRules for one host, and VirtualServices that lead to subsets that none of them has."""

    def one(i: int) -> str:
        if i % 2:
            return istio("DestinationRule", f"r{i}", f"{{host: web, subsets: [{{name: s{i}, labels: {{app: web}}}}]}}")
        route = f"{{route: [{{destination: {{host: web, subset: t{i}}}}}]}}"
        return istio("VirtualService", f"v{i}", f"{{hosts: [h{i}.example.com], http: [{route}]}}")

    return documents(one, n)


def subsets_and_pods(n: int) -> str:
    """DestinationRules for one host, and as many pods behind it, none of which a subset selects."""

    def one(i: int) -> str:
        if i % 2:
            return pod(f"w{i}", f"app: web, version: v{i}")
        return istio("DestinationRule", f"r{i}", f"{{host: web, subsets: [{{name: s, labels: {{version: v{i}}}}}]}}")

    return documents(one, n)


def rules_and_service_entries(n: int) -> str:
    """DestinationRules for one host, and as many ServiceEntries that define it."""

    def one(i: int) -> str:
        if i % 2:
            return istio("DestinationRule", f"r{i}", "{host: api.example.com, subsets: [{name: s, labels: {a: b}}]}")
        return istio("ServiceEntry", f"e{i}", entry("api.example.com"))

    return documents(one, n)


def service_ports(n: int) -> str:
    """One Service with n ports, and routes to ports that it has not."""
    ports = ", ".join(f"{{name: http-{i}, port: {10000 + i}}}" for i in range(n))
    base = f"{BASE}---\n{resource('v1', 'Service', 'many', f'spec: {{selector: {{app: web}}, ports: [{ports}]}}')}"
    return documents(lambda i: routes(f"v{i}", f"h{i}.example.com", destination="many"), n, base)
