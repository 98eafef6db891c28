"""Namespaces, workloads, Services and webhooks."""

from bench.hurtful.manifests import BASE, documents, entry, istio, pod, resource


def services(n: int) -> str:
    """Services that select the same pods."""
    spec = "spec: {selector: {app: web}, ports: [{name: http, port: 80}]}"
    return documents(lambda i: resource("v1", "Service", f"s{i}", spec), n)


def services_that_disagree(n: int) -> str:
    """Services that select the same pods and do not agree on port and protocol."""

    def one(i: int) -> str:
        port = f"{{name: {'http' if i % 2 else 'tcp'}-a, port: 90, targetPort: {8080 + i % 2}}}"
        return resource("v1", "Service", f"s{i}", f"spec: {{selector: {{app: web}}, ports: [{port}]}}")

    return documents(one, n)


def pods_behind_services(n: int) -> str:
    """Pods that carry the same label, and Services that all select them."""

    def one(i: int) -> str:
        if i % 2:
            return pod(f"w{i}", f"app: web, number: x{i}")
        return resource("v1", "Service", f"s{i}", "spec: {selector: {app: web}, ports: [{name: http, port: 80}]}")

    return documents(one, n)


def containers(n: int) -> str:
    """A pod with n containers, each with a port, behind a Service with as many."""
    each = ", ".join(
        f"{{name: c{i}, image: i:1, ports: [{{name: p{i}, containerPort: {2000 + i}}}]}}" for i in range(n)
    )
    ports = ", ".join(f"{{name: http-{i}, port: {2000 + i}, targetPort: p{i}}}" for i in range(n))
    pod = resource("v1", "Pod", "many", f"spec: {{containers: [{each}]}}", ", labels: {app: web}")
    service = resource("v1", "Service", "s", f"spec: {{selector: {{app: web}}, ports: [{ports}]}}")
    return "---\n".join((BASE, pod, service))


def same_name(n: int) -> str:
    """One resource defined n times."""
    return documents(lambda i: istio("ServiceEntry", "e", entry(f"h{i}.example.com")), n)


def namespaces_not_injected(n: int) -> str:
    """Namespaces without a label, each with a workload."""

    def one(i: int) -> str:
        workload = pod("w", "app: web").replace("namespace: shop", f"namespace: n{i}")
        return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: n{i}}}\n---\n{workload}"

    return documents(one, n // 2)


def clusters(n: int) -> str:
    """One Service in many namespaces, each exported to all others by name."""
    scopes = ",".join(f"n{i}" for i in range(10))

    def one(i: int) -> str:
        meta = f', annotations: {{networking.istio.io/exportTo: "{scopes}"}}'
        return resource("v1", "Service", f"s{i}", "spec: {selector: {app: web}, ports: [{name: http, port: 80}]}", meta)

    return documents(one, n)


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

    return documents(one, n)


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

    return documents(one, n)
