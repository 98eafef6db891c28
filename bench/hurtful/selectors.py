"""Policies and other resources with a selector."""

from bench.hurtful.manifests import BASE, documents, istio, pod, resource


def authorization_policies(n: int) -> str:
    """AuthorizationPolicies with one selector."""
    rule = "{from: [{source: {namespaces: [shop]}}]}"
    spec = f"{{selector: {{matchLabels: {{app: web}}}}, rules: [{rule}]}}"
    return documents(lambda i: istio("AuthorizationPolicy", f"p{i}", spec), n)


def policies_that_select_nothing(n: int) -> str:
    """AuthorizationPolicies with a label that half of n pods carry, and another that none of them does."""

    def one(i: int) -> str:
        if i % 2:
            return pod(f"w{i}", "app: web, track: stable")
        return istio("AuthorizationPolicy", f"p{i}", f"{{selector: {{matchLabels: {{app: web, part: x{i}}}}}}}")

    return documents(one, n)


def policies_by_two_labels(n: int) -> str:
    """Pods that share two labels, and selectors for which both are common and no pod has the two values asked for."""

    def one(i: int) -> str:
        if i % 2:
            return pod(f"w{i}", f"a: x{i % 4}, b: y{i % 4}")
        return istio("AuthorizationPolicy", f"p{i}", f"{{selector: {{matchLabels: {{a: x1, b: y3, c: z{i}}}}}}}")

    return documents(one, n)


def peer_authentications(n: int) -> str:
    """PeerAuthentications with one selector."""
    spec = "{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}"
    return documents(lambda i: istio("PeerAuthentication", f"p{i}", spec), n)


def sidecars(n: int) -> str:
    """Sidecars with one selector."""
    spec = "{workloadSelector: {labels: {app: web}}, egress: [{hosts: ['./*']}]}"
    return documents(lambda i: istio("Sidecar", f"s{i}", spec), n)


def sidecars_of_namespace(n: int) -> str:
    """Sidecars without selector."""
    return documents(lambda i: istio("Sidecar", f"s{i}", "{egress: [{hosts: ['./*']}]}"), n)


def sidecars_that_overlap(n: int) -> str:
    """Sidecars with selectors of their own that share one pod in pairs, and all of them one pod with n labels."""
    labels = ", ".join(f"l{i}: a" for i in range(n))
    base = f"{BASE}---\n{pod('many', f'app: web, {labels}')}"
    spec = "{{workloadSelector: {{labels: {{l{i}: a}}}}, egress: [{{hosts: ['./*']}}]}}"
    return documents(lambda i: istio("Sidecar", f"s{i}", spec.format(i=i)), n, base)


def sidecars_and_pods(n: int) -> str:
    """Sidecars that all select the same pods, of which there are as many."""

    def one(i: int) -> str:
        if i % 2:
            return pod(f"w{i}", f"app: web, number: x{i}")
        return istio("Sidecar", f"s{i}", "{workloadSelector: {labels: {app: web}}, egress: [{hosts: ['./*']}]}")

    return documents(one, n)


def telemetries(n: int) -> str:
    """Telemetries with one selector, and as many without."""

    def one(i: int) -> str:
        spec = "{selector: {matchLabels: {app: web}}}" if i % 2 else "{metrics: [{overrides: [{disabled: true}]}]}"
        return resource("telemetry.istio.io/v1", "Telemetry", f"t{i}", f"spec: {spec}")

    return documents(one, n)


def envoy_filters(n: int) -> str:
    """EnvoyFilters with one selector and one place, half of them relative to what others add."""

    def one(i: int) -> str:
        operation = "ADD" if i % 2 else "INSERT_BEFORE"
        name = f"{{filter: {{name: f{i - 1}}}}}"
        match = f"{{context: SIDECAR_INBOUND, listener: {{filterChain: {name}}}}}"
        patch = f"{{operation: {operation}, value: {{name: f{i}}}}}"
        patches = f"[{{applyTo: HTTP_FILTER, match: {match}, patch: {patch}}}]"
        spec = f"{{workloadSelector: {{labels: {{app: web}}}}, configPatches: {patches}}}"
        return resource("networking.istio.io/v1alpha3", "EnvoyFilter", f"f{i}", f"spec: {spec}")

    return documents(one, n)


def pods(n: int) -> str:
    """Pods of one workload, and for every tenth a policy that selects it and all others."""

    def one(i: int) -> str:
        if i % 10 == 0:
            return istio("AuthorizationPolicy", f"p{i}", "{selector: {matchLabels: {app: web}}, rules: [{}]}")
        return pod(f"w{i}", f"app: web, number: x{i}")

    return documents(one, n)


def pod_labels(n: int) -> str:
    """A pod with n labels, and as many policies that each select it by another."""
    labels = ", ".join(f"l{i}: a" for i in range(n))
    base = f"{BASE}---\n{pod('many', f'app: web, {labels}')}"

    def one(i: int) -> str:
        return istio("AuthorizationPolicy", f"p{i}", f"{{selector: {{matchLabels: {{l{i}: a}}}}, rules: [{{}}]}}")

    return documents(one, n, base)


def selector_labels(n: int) -> str:
    """A pod with n labels, and a policy and a Service that ask for all of them."""
    labels = ", ".join(f"l{i}: a" for i in range(n))
    policy = istio("AuthorizationPolicy", "p", f"{{selector: {{matchLabels: {{{labels}}}}}, rules: [{{}}]}}")
    service = resource("v1", "Service", "s", f"spec: {{selector: {{{labels}}}, ports: [{{name: http, port: 80}}]}}")
    return "---\n".join((BASE, pod("many", f"app: web, {labels}"), policy, service))
