"""Inputs made to hurt: n of one kind that all concern one thing, so that a cost of n times n shows.

Usage: python -m bench.hurtful NAME N FILE

Every input has one namespace with a workload behind a Service; a name says what there are N of beside them.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Input = Callable[[int], str]

_BASE = """apiVersion: v1
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


def _documents(one: Callable[[int], str], n: int, base: str = _BASE) -> str:
    return "---\n".join([base, *(one(i) for i in range(n))])


def _resource(version: str, kind: str, name: str, spec: str, meta: str = "") -> str:
    """One resource of the namespace, its spec in flow style; `meta` begins with a comma."""
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop{meta}}}\n{spec}\n"


def _istio(kind: str, name: str, spec: str) -> str:
    group = "security" if kind.endswith(("Policy", "Authentication")) else "networking"
    return _resource(f"{group}.istio.io/v1", kind, name, f"spec: {spec}")


def _pod(name: str, labels: str) -> str:
    return _resource("v1", "Pod", name, "spec: {containers: [{name: web, image: web:1}]}", f", labels: {{{labels}}}")


def harmless(n: int) -> str:
    """As many documents as the others have, and nothing between them: what reading and reporting nothing costs."""
    return _documents(lambda i: _istio("ServiceEntry", f"e{i}", _entry(f"h{i}.example.com")), n)


def _entry(host: str) -> str:
    return f"{{hosts: [{host}], resolution: DNS, ports: [{{number: 443, name: tls, protocol: TLS}}]}}"


def gateways(n: int) -> str:
    """Gateways with one selector and one host."""
    server = "{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}"
    return _documents(lambda i: _istio("Gateway", f"g{i}", f"{{selector: {{app: web}}, servers: [{server}]}}"), n)


def gateways_with_certificate(n: int) -> str:
    """Gateways of one pod that present one certificate for different hosts."""

    def one(i: int) -> str:
        tls = "{mode: SIMPLE, credentialName: cert}"
        server = f"{{port: {{number: 443, name: https, protocol: HTTPS}}, hosts: [h{i}.example.com], tls: {tls}}}"
        return _istio("Gateway", f"g{i}", f"{{selector: {{app: web}}, servers: [{server}]}}")

    return _documents(one, n)


def gateway_hosts(n: int) -> str:
    """One Gateway with n hosts, and for each a VirtualService."""
    hosts = ", ".join(f"h{i}.example.com" for i in range(n))
    server = f"{{port: {{number: 80, name: http, protocol: HTTP}}, hosts: [{hosts}]}}"
    gateway = _istio("Gateway", "public", f"{{selector: {{app: web}}, servers: [{server}]}}")
    return _documents(lambda i: _routes(f"v{i}", f"h{i}.example.com", gateways="public"), n, f"{_BASE}---\n{gateway}")


def _routes(name: str, host: str, *, gateways: str = "mesh", destination: str = "web") -> str:
    route = f"{{route: [{{destination: {{host: {destination}, port: {{number: 80}}}}}}]}}"
    return _istio("VirtualService", name, f"{{hosts: ['{host}'], gateways: [{gateways}], http: [{route}]}}")


def wildcard_hosts(n: int) -> str:
    """VirtualServices with wildcard hosts, each within the one before for ten of them."""
    return _documents(lambda i: _routes(f"v{i}", f"*{'.sub' * (i % 10)}.d{i // 10}.example.com"), n)


def one_mesh_host(n: int) -> str:
    """VirtualServices for one host."""
    return _documents(lambda i: _routes(f"v{i}", "web"), n)


def mesh_hosts_below_one_wildcard(n: int) -> str:
    """VirtualServices for hosts that one wildcard covers, and as many for the wildcard."""
    return _documents(lambda i: _routes(f"v{i}", f"h{i}.example.com" if i % 2 else "*.example.com"), n)


def gateway_host_below_wildcards(n: int) -> str:
    """VirtualServices of one gateway, some for one host and some for a wildcard over it."""
    server = "{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*.example.com']}"
    gateway = _istio("Gateway", "public", f"{{selector: {{app: web}}, servers: [{server}]}}")
    hosts = ("*.example.com", "a.example.com", "b.example.org")
    return _documents(lambda i: _routes(f"v{i}", hosts[i % 3], gateways="public"), n, f"{_BASE}---\n{gateway}")


def missing_destinations(n: int) -> str:
    """VirtualServices that lead to hosts that do not exist, and to one that nearly does."""
    return _documents(lambda i: _routes(f"v{i}", f"h{i}.example.com", destination=f"wep{i % 7 or ''}"), n)


def one_virtualservice(n: int) -> str:
    """One VirtualService with n routes."""
    rows = ", ".join(
        f"{{match: [{{uri: {{prefix: /r{i}/}}}}], route: [{{destination: {{host: web, port: {{number: 80}}}}}}]}}"
        for i in range(n)
    )
    return f"{_BASE}---\n{_istio('VirtualService', 'v', f'{{hosts: [web], http: [{rows}]}}')}"


def one_route(n: int) -> str:
    """One VirtualService with one route of n matches, some of them twice."""
    rows = ", ".join(f"{{uri: {{prefix: /r{i // 2}/}}, headers: {{x: {{exact: a{i}}}}}}}" for i in range(n))
    http = f"{{match: [{rows}], route: [{{destination: {{host: web, port: {{number: 80}}}}}}]}}"
    return f"{_BASE}---\n{_istio('VirtualService', 'v', f'{{hosts: [web], http: [{http}]}}')}"


def delegates(n: int) -> str:
    """VirtualServices that n routes of another delegate to."""
    rows = ", ".join(f"{{match: [{{uri: {{prefix: /r{i}/}}}}], delegate: {{name: d{i}}}}}" for i in range(n))
    route = "{http: [{route: [{destination: {host: web, port: {number: 80}}}]}]}"
    base = f"{_BASE}---\n{_istio('VirtualService', 'root', f'{{hosts: [web], http: [{rows}]}}')}"
    return _documents(lambda i: _istio("VirtualService", f"d{i}", route), n, base)


def one_delegate(n: int) -> str:
    """VirtualServices that delegate to one and the same."""
    base = f"{_BASE}---\n{_istio('VirtualService', 'd', '{http: [{route: [{destination: {host: web}}]}]}')}"

    def one(i: int) -> str:
        return _istio("VirtualService", f"v{i}", f"{{hosts: [h{i}.example.com], http: [{{delegate: {{name: d}}}}]}}")

    return _documents(one, n, base)


def service_entries(n: int) -> str:
    """ServiceEntries for one host."""
    return _documents(lambda i: _istio("ServiceEntry", f"e{i}", _entry("api.example.com")), n)


def service_entry_protocols(n: int) -> str:
    """ServiceEntries for one host and port that do not agree on the protocol."""

    def one(i: int) -> str:
        port = f"{{number: 80, name: p, protocol: {'HTTP' if i % 2 else 'TCP'}}}"
        return _istio("ServiceEntry", f"e{i}", f"{{hosts: [api.example.com], resolution: DNS, ports: [{port}]}}")

    return _documents(one, n)


def routes_to_service_entries(n: int) -> str:
    """ServiceEntries for one host, and VirtualServices that lead there by a port that none of them has."""

    def one(i: int) -> str:
        if i % 2:
            return _routes(f"v{i}", f"h{i}.example.com", destination="api.example.com")
        return _istio("ServiceEntry", f"e{i}", _entry("api.example.com"))

    return _documents(one, n)


def authorization_policies(n: int) -> str:
    """AuthorizationPolicies with one selector."""
    rule = "{from: [{source: {namespaces: [shop]}}]}"
    spec = f"{{selector: {{matchLabels: {{app: web}}}}, rules: [{rule}]}}"
    return _documents(lambda i: _istio("AuthorizationPolicy", f"p{i}", spec), n)


def policies_that_select_nothing(n: int) -> str:
    """AuthorizationPolicies with a label that half of n pods carry, and another that none of them does."""

    def one(i: int) -> str:
        if i % 2:
            return _pod(f"w{i}", "app: web, track: stable")
        return _istio("AuthorizationPolicy", f"p{i}", f"{{selector: {{matchLabels: {{app: web, part: x{i}}}}}}}")

    return _documents(one, n)


def policies_by_two_labels(n: int) -> str:
    """Pods that share two labels, and selectors for which both are common and no pod has the two values asked for."""

    def one(i: int) -> str:
        if i % 2:
            return _pod(f"w{i}", f"a: x{i % 4}, b: y{i % 4}")
        return _istio("AuthorizationPolicy", f"p{i}", f"{{selector: {{matchLabels: {{a: x1, b: y3, c: z{i}}}}}}}")

    return _documents(one, n)


def peer_authentications(n: int) -> str:
    """PeerAuthentications with one selector."""
    spec = "{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}"
    return _documents(lambda i: _istio("PeerAuthentication", f"p{i}", spec), n)


def destination_rules(n: int) -> str:
    """DestinationRules for one host, each with a subset of its own."""

    def one(i: int) -> str:
        return _istio("DestinationRule", f"r{i}", f"{{host: web, subsets: [{{name: s{i}, labels: {{v: x{i}}}}}]}}")

    return _documents(one, n)


def subsets(n: int) -> str:
    """One DestinationRule with n subsets, and a VirtualService with a route to each."""
    named = ", ".join(f"{{name: s{i}, labels: {{version: x{i}}}}}" for i in range(n))
    rows = ", ".join(
        f"{{match: [{{uri: {{prefix: /r{i}/}}}}], route: [{{destination: {{host: web, subset: s{i}}}}}]}}"
        for i in range(n)
    )
    rule = _istio("DestinationRule", "r", f"{{host: web, subsets: [{named}]}}")
    return f"{_BASE}---\n{rule}---\n{_istio('VirtualService', 'v', f'{{hosts: [web], http: [{rows}]}}')}"


def missing_subsets(n: int) -> str:
    """DestinationRules for one host, and VirtualServices that lead to subsets that none of them has."""

    def one(i: int) -> str:
        if i % 2:
            return _istio("DestinationRule", f"r{i}", f"{{host: web, subsets: [{{name: s{i}, labels: {{app: web}}}}]}}")
        route = f"{{route: [{{destination: {{host: web, subset: t{i}}}}}]}}"
        return _istio("VirtualService", f"v{i}", f"{{hosts: [h{i}.example.com], http: [{route}]}}")

    return _documents(one, n)


def sidecars(n: int) -> str:
    """Sidecars with one selector."""
    spec = "{workloadSelector: {labels: {app: web}}, egress: [{hosts: ['./*']}]}"
    return _documents(lambda i: _istio("Sidecar", f"s{i}", spec), n)


def sidecars_of_namespace(n: int) -> str:
    """Sidecars without selector."""
    return _documents(lambda i: _istio("Sidecar", f"s{i}", "{egress: [{hosts: ['./*']}]}"), n)


def sidecars_that_overlap(n: int) -> str:
    """Sidecars with selectors of their own that share one pod in pairs, and all of them one pod with n labels."""
    labels = ", ".join(f"l{i}: a" for i in range(n))
    base = f"{_BASE}---\n{_pod('many', f'app: web, {labels}')}"
    spec = "{{workloadSelector: {{labels: {{l{i}: a}}}}, egress: [{{hosts: ['./*']}}]}}"
    return _documents(lambda i: _istio("Sidecar", f"s{i}", spec.format(i=i)), n, base)


def sidecars_and_pods(n: int) -> str:
    """Sidecars that all select the same pods, of which there are as many."""

    def one(i: int) -> str:
        if i % 2:
            return _pod(f"w{i}", f"app: web, number: x{i}")
        return _istio("Sidecar", f"s{i}", "{workloadSelector: {labels: {app: web}}, egress: [{hosts: ['./*']}]}")

    return _documents(one, n)


def subsets_and_pods(n: int) -> str:
    """DestinationRules for one host, and as many pods behind it, none of which a subset selects."""

    def one(i: int) -> str:
        if i % 2:
            return _pod(f"w{i}", f"app: web, version: v{i}")
        return _istio("DestinationRule", f"r{i}", f"{{host: web, subsets: [{{name: s, labels: {{version: v{i}}}}}]}}")

    return _documents(one, n)


def rules_and_service_entries(n: int) -> str:
    """DestinationRules for one host, and as many ServiceEntries that define it."""

    def one(i: int) -> str:
        if i % 2:
            return _istio("DestinationRule", f"r{i}", "{host: api.example.com, subsets: [{name: s, labels: {a: b}}]}")
        return _istio("ServiceEntry", f"e{i}", _entry("api.example.com"))

    return _documents(one, n)


def telemetries(n: int) -> str:
    """Telemetries with one selector, and as many without."""

    def one(i: int) -> str:
        spec = "{selector: {matchLabels: {app: web}}}" if i % 2 else "{metrics: [{overrides: [{disabled: true}]}]}"
        return _resource("telemetry.istio.io/v1", "Telemetry", f"t{i}", f"spec: {spec}")

    return _documents(one, n)


def services(n: int) -> str:
    """Services that select the same pods."""
    spec = "spec: {selector: {app: web}, ports: [{name: http, port: 80}]}"
    return _documents(lambda i: _resource("v1", "Service", f"s{i}", spec), n)


def services_that_disagree(n: int) -> str:
    """Services that select the same pods and do not agree on port and protocol."""

    def one(i: int) -> str:
        port = f"{{name: {'http' if i % 2 else 'tcp'}-a, port: 90, targetPort: {8080 + i % 2}}}"
        return _resource("v1", "Service", f"s{i}", f"spec: {{selector: {{app: web}}, ports: [{port}]}}")

    return _documents(one, n)


def gateway_behind_services(n: int) -> str:
    """Gateways on a port that none of the Services of their pod has."""

    def one(i: int) -> str:
        if i % 2:
            spec = f"spec: {{selector: {{app: web}}, ports: [{{name: http, port: {1000 + i}}}]}}"
            return _resource("v1", "Service", f"s{i}", spec)
        server = f"{{port: {{number: 99, name: http, protocol: HTTP}}, hosts: [h{i}.example.com]}}"
        return _istio("Gateway", f"g{i}", f"{{selector: {{app: web}}, servers: [{server}]}}")

    return _documents(one, n)


def service_ports(n: int) -> str:
    """One Service with n ports, and routes to ports that it has not."""
    ports = ", ".join(f"{{name: http-{i}, port: {10000 + i}}}" for i in range(n))
    base = f"{_BASE}---\n{_resource('v1', 'Service', 'many', f'spec: {{selector: {{app: web}}, ports: [{ports}]}}')}"
    return _documents(lambda i: _routes(f"v{i}", f"h{i}.example.com", destination="many"), n, base)


def envoy_filters(n: int) -> str:
    """EnvoyFilters with one selector and one place, half of them relative to what others add."""

    def one(i: int) -> str:
        operation = "ADD" if i % 2 else "INSERT_BEFORE"
        name = f"{{filter: {{name: f{i - 1}}}}}"
        match = f"{{context: SIDECAR_INBOUND, listener: {{filterChain: {name}}}}}"
        patch = f"{{operation: {operation}, value: {{name: f{i}}}}}"
        patches = f"[{{applyTo: HTTP_FILTER, match: {match}, patch: {patch}}}]"
        spec = f"{{workloadSelector: {{labels: {{app: web}}}}, configPatches: {patches}}}"
        return _resource("networking.istio.io/v1alpha3", "EnvoyFilter", f"f{i}", f"spec: {spec}")

    return _documents(one, n)


def webhooks(n: int) -> str:
    """Injection webhooks that select the same namespaces."""

    def one(i: int) -> str:
        client = "clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject}}"
        rule = "rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]"
        select = "namespaceSelector: {matchLabels: {istio-injection: enabled}}"
        hook = f"{{name: rev.namespace.sidecar-injector.istio.io, {client}, {rule}, {select}}}"
        return (
            "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\n"
            f"metadata: {{name: istio-sidecar-injector-{i}, labels: {{app: sidecar-injector, istio.io/rev: r{i}}}}}\n"
            f"webhooks: [{hook}]\n"
        )

    return _documents(one, n)


def webhooks_and_namespaces(n: int) -> str:
    """As many namespaces as injection webhooks, each revision with its own."""

    def one(i: int) -> str:
        if i % 2:
            return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: n{i}, labels: {{istio.io/rev: r{i - 1}}}}}\n"
        client = "clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject}}"
        rule = "rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]"
        select = f"namespaceSelector: {{matchExpressions: [{{key: istio.io/rev, operator: In, values: [r{i}]}}]}}"
        hook = f"{{name: rev.namespace.sidecar-injector.istio.io, {client}, {rule}, {select}}}"
        return (
            "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\n"
            f"metadata: {{name: istio-sidecar-injector-r{i}, labels: {{app: sidecar-injector, istio.io/rev: r{i}}}}}\n"
            f"webhooks: [{hook}]\n"
        )

    return _documents(one, n)


def pods(n: int) -> str:
    """Pods of one workload, and for every tenth a policy that selects it and all others."""

    def one(i: int) -> str:
        if i % 10 == 0:
            return _istio("AuthorizationPolicy", f"p{i}", "{selector: {matchLabels: {app: web}}, rules: [{}]}")
        return _pod(f"w{i}", f"app: web, number: x{i}")

    return _documents(one, n)


def pods_behind_services(n: int) -> str:
    """Pods that carry the same label, and Services that all select them."""

    def one(i: int) -> str:
        if i % 2:
            return _pod(f"w{i}", f"app: web, number: x{i}")
        return _resource("v1", "Service", f"s{i}", "spec: {selector: {app: web}, ports: [{name: http, port: 80}]}")

    return _documents(one, n)


def pods_behind_gateways(n: int) -> str:
    """Pods that carry the same labels, and Gateways that select them all, by one of a few selectors."""
    labels = ", ".join(f"l{i}: a" for i in range(20))

    def one(i: int) -> str:
        if i % 2:
            return _pod(f"w{i}", f"app: web, number: x{i}, {labels}")
        server = "{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}"
        selector = f"{{l{i % 6}: a}}"
        return _istio("Gateway", f"g{i}", f"{{selector: {selector}, servers: [{server}]}}")

    return _documents(one, n)


def pod_labels(n: int) -> str:
    """A pod with n labels, and as many policies that each select it by another."""
    labels = ", ".join(f"l{i}: a" for i in range(n))
    base = f"{_BASE}---\n{_pod('many', f'app: web, {labels}')}"

    def one(i: int) -> str:
        return _istio("AuthorizationPolicy", f"p{i}", f"{{selector: {{matchLabels: {{l{i}: a}}}}, rules: [{{}}]}}")

    return _documents(one, n, base)


def selector_labels(n: int) -> str:
    """A pod with n labels, and a policy and a Service that ask for all of them."""
    labels = ", ".join(f"l{i}: a" for i in range(n))
    policy = _istio("AuthorizationPolicy", "p", f"{{selector: {{matchLabels: {{{labels}}}}}, rules: [{{}}]}}")
    service = _resource("v1", "Service", "s", f"spec: {{selector: {{{labels}}}, ports: [{{name: http, port: 80}}]}}")
    return "---\n".join((_BASE, _pod("many", f"app: web, {labels}"), policy, service))


def containers(n: int) -> str:
    """A pod with n containers, each with a port, behind a Service with as many."""
    each = ", ".join(
        f"{{name: c{i}, image: i:1, ports: [{{name: p{i}, containerPort: {2000 + i}}}]}}" for i in range(n)
    )
    ports = ", ".join(f"{{name: http-{i}, port: {2000 + i}, targetPort: p{i}}}" for i in range(n))
    pod = _resource("v1", "Pod", "many", f"spec: {{containers: [{each}]}}", ", labels: {app: web}")
    service = _resource("v1", "Service", "s", f"spec: {{selector: {{app: web}}, ports: [{ports}]}}")
    return "---\n".join((_BASE, pod, service))


def same_name(n: int) -> str:
    """One resource defined n times."""
    return _documents(lambda i: _istio("ServiceEntry", "e", _entry(f"h{i}.example.com")), n)


def namespaces_not_injected(n: int) -> str:
    """Namespaces without a label, each with a workload."""

    def one(i: int) -> str:
        pod = _pod("w", "app: web").replace("namespace: shop", f"namespace: n{i}")
        return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: n{i}}}\n---\n{pod}"

    return _documents(one, n // 2)


def similar_secrets(n: int) -> str:
    """Secrets with names much alike, and Gateways that ask for others much alike."""

    def one(i: int) -> str:
        if i % 2:
            return _resource("v1", "Secret", f"cert-{i}", "type: kubernetes.io/tls\ndata: {}")
        tls = f"{{mode: SIMPLE, credentialName: cert-{i}}}"
        server = f"{{port: {{number: 443, name: https, protocol: HTTPS}}, hosts: [h{i}.example.com], tls: {tls}}}"
        return _istio("Gateway", f"g{i}", f"{{selector: {{app: web}}, servers: [{server}]}}")

    return _documents(one, n)


def clusters(n: int) -> str:
    """One Service in many namespaces, each exported to all others by name."""
    scopes = ",".join(f"n{i}" for i in range(10))

    def one(i: int) -> str:
        meta = f', annotations: {{networking.istio.io/exportTo: "{scopes}"}}'
        return _resource(
            "v1", "Service", f"s{i}", "spec: {selector: {app: web}, ports: [{name: http, port: 80}]}", meta
        )

    return _documents(one, n)


_ALL: Iterable[Input] = (
    gateways,
    gateways_with_certificate,
    gateway_hosts,
    wildcard_hosts,
    one_mesh_host,
    mesh_hosts_below_one_wildcard,
    gateway_host_below_wildcards,
    missing_destinations,
    one_virtualservice,
    one_route,
    delegates,
    one_delegate,
    service_entries,
    service_entry_protocols,
    routes_to_service_entries,
    authorization_policies,
    policies_that_select_nothing,
    policies_by_two_labels,
    peer_authentications,
    destination_rules,
    subsets,
    missing_subsets,
    sidecars,
    sidecars_of_namespace,
    sidecars_that_overlap,
    sidecars_and_pods,
    subsets_and_pods,
    rules_and_service_entries,
    telemetries,
    services,
    services_that_disagree,
    gateway_behind_services,
    service_ports,
    envoy_filters,
    webhooks,
    webhooks_and_namespaces,
    pods,
    pods_behind_services,
    pods_behind_gateways,
    pod_labels,
    selector_labels,
    containers,
    same_name,
    namespaces_not_injected,
    similar_secrets,
    clusters,
)
HURTFUL: Mapping[str, Input] = {made.__name__.replace("_", "-"): made for made in _ALL}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=["harmless", *HURTFUL], metavar="NAME")
    parser.add_argument("size", type=int, metavar="N")
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    given.file.write_text((HURTFUL | {"harmless": harmless})[given.name](given.size))


if __name__ == "__main__":
    main()
