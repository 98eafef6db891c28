"""PeerAuthentications, and DestinationRules that say something about TLS."""

from bench.hurtful.manifests import BASE, documents, istio, pod, resource

_NO_AUTO = """apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "enableAutoMtls: false"}
"""
_STRICT = istio("PeerAuthentication", "strict", "{mtls: {mode: STRICT}}")
_BY_HAND = f"{BASE}---\n{_NO_AUTO}"


def _places(rule: str, n: int, base: str = "") -> str:
    """Namespaces, each with a workload, a Service, a policy with STRICT and a DestinationRule."""
    own = f"{BASE}---\n{_STRICT}---\n{istio('DestinationRule', 'own', rule)}"
    places = (own.replace("namespace: shop", f"namespace: s{i}").replace("name: shop", f"name: s{i}") for i in range(n))
    return "---\n".join((base, *places) if base else places)


def rules_for_the_mesh_everywhere(n: int) -> str:
    """Namespaces with STRICT, each with a DestinationRule for the whole mesh that switches TLS off for its clients."""
    return _places("{host: '*.local', trafficPolicy: {tls: {mode: DISABLE}}}", n)


def hidden_rules_for_the_mesh(n: int) -> str:
    """The same, and each with a DestinationRule for its Service that goes first; without auto mutual TLS."""
    wide = istio("DestinationRule", "wide", "{host: '*.local', trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}")
    return _places(f"{{host: web}}\n---\n{wide}", n, _NO_AUTO)


def tls_rules_for_one_host(n: int) -> str:
    """DestinationRules of one host that switch TLS off, in a namespace with STRICT."""
    spec = "{host: web, trafficPolicy: {tls: {mode: DISABLE}}}"
    return documents(lambda i: istio("DestinationRule", f"r{i}", spec), n, f"{BASE}---\n{_STRICT}")


def tls_rules_for_chosen_clients(n: int) -> str:
    """The same, each for clients of its own."""
    spec = "{{host: web, workloadSelector: {{matchLabels: {{part: x{i}}}}}, trafficPolicy: {{tls: {{mode: DISABLE}}}}}}"
    return documents(lambda i: istio("DestinationRule", f"r{i}", spec.format(i=i)), n, f"{BASE}---\n{_STRICT}")


def tls_of_subsets(n: int) -> str:
    """Subsets of one DestinationRule with TLS settings of their own, and pods for each."""
    tls = "trafficPolicy: {tls: {mode: DISABLE}}"
    subsets = ", ".join(f"{{name: v{i}, labels: {{version: v{i}}}, {tls}}}" for i in range(n))
    rule = istio("DestinationRule", "web", f"{{host: web, subsets: [{subsets}]}}")
    return documents(lambda i: pod(f"w{i}", f"app: web, version: v{i}"), n, f"{BASE}---\n{_STRICT}---\n{rule}")


def ports_of_policies(n: int) -> str:
    """PeerAuthentications that all select the same pods, each with a port of its own."""
    spec = "{{selector: {{matchLabels: {{app: web}}}}, portLevelMtls: {{{port}: {{mode: STRICT}}}}}}"
    return documents(lambda i: istio("PeerAuthentication", f"p{i}", spec.format(port=i + 1)), n)


def pods_and_policies_of_their_own(n: int) -> str:
    """Pods behind one Service, a PeerAuthentication for each, and mutual TLS off for the rest of their namespace."""

    def one(i: int) -> str:
        spec = f"{{selector: {{matchLabels: {{part: x{i}}}}}, mtls: {{mode: STRICT}}}}"
        return f"{pod(f'w{i}', f'app: web, part: x{i}')}---\n{istio('PeerAuthentication', f'p{i}', spec)}"

    return documents(one, n, f"{BASE}---\n{istio('PeerAuthentication', 'off', '{mtls: {mode: DISABLE}}')}")


def identities_nobody_has(n: int) -> str:
    """AuthorizationPolicies for a whole namespace that ask who calls, and pods that cannot know."""
    rule = "{rules: [{from: [{source: {namespaces: [shop]}}]}]}"

    def one(i: int) -> str:
        return f"{pod(f'w{i}', 'app: web')}---\n{istio('AuthorizationPolicy', f'p{i}', rule)}"

    return documents(one, n, _BY_HAND)


def webhooks_of_strict_pods(n: int) -> str:
    """Webhooks at one Service whose pods take mutual TLS alone."""
    service = "clientConfig: {service: {name: web, namespace: shop, port: 80}}"
    return documents(
        lambda i: resource(
            "admissionregistration.k8s.io/v1",
            "ValidatingWebhookConfiguration",
            f"h{i}",
            f"webhooks: [{{name: h{i}.example.com, {service}}}]",
        ),
        n,
        f"{BASE}---\n{_STRICT}",
    )
