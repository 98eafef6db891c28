"""AuthorizationPolicies, and what they are held against."""

from bench.hurtful.manifests import BASE, documents, istio, pod


def rules_that_allow_and_deny(n: int) -> str:
    """Policies for one workload that allow a path each, and as many that deny one."""

    def one(i: int) -> str:
        action, path = ("DENY", f"/p{i - 1}/*") if i % 2 else ("ALLOW", f"/p{i}/x")
        rule = f"{{to: [{{operation: {{paths: ['{path}'], ports: ['80']}}}}]}}"
        return istio("AuthorizationPolicy", f"p{i}", f"{{action: {action}, rules: [{rule}]}}")

    return documents(one, n)


def rules_with_one_value_in_common(n: int) -> str:
    """Policies that deny GET to a principal each, and one that allows it to each of another namespace."""

    def one(i: int) -> str:
        action, home = ("DENY", "shop") if i % 2 else ("ALLOW", "other")
        source = f"{{source: {{principals: [cluster.local/ns/{home}/sa/a{i}]}}}}"
        rule = f"{{from: [{source}], to: [{{operation: {{methods: [GET], ports: ['80']}}}}]}}"
        return istio("AuthorizationPolicy", f"p{i}", f"{{action: {action}, rules: [{rule}]}}")

    return documents(one, n)


def equal_rules(n: int) -> str:
    """Policies that all deny the same, and the same everything."""
    return documents(lambda i: istio("AuthorizationPolicy", f"p{i}", "{action: DENY, rules: [{}]}"), n)


def one_policy_of_many_rules(n: int) -> str:
    """A policy of n rules that name a caller, a host, a method and a port each."""
    rules = ", ".join(
        f"{{from: [{{source: {{principals: [cluster.local/ns/shop/sa/a{i}]}}}}],"
        f" to: [{{operation: {{hosts: [h{i}], methods: [GET], ports: ['{i % 60000 + 1}']}}}}]}}"
        for i in range(n)
    )
    return f"{BASE}---\n" + istio("AuthorizationPolicy", "all", f"{{rules: [{rules}]}}")


def policies_and_pods(n: int) -> str:
    """Policies that ask for tokens, methods and ports of all pods of a namespace, of which there are as many."""

    def one(i: int) -> str:
        if i % 2:
            return pod(f"w{i}", f"app: web, number: x{i}")
        rule = "{from: [{source: {requestPrincipals: ['*']}}], to: [{operation: {methods: [GET], ports: ['81']}}]}"
        return istio("AuthorizationPolicy", f"p{i}", f"{{rules: [{rule}]}}")

    return documents(one, n)


def callers_by_pattern(n: int) -> str:
    """Policies that name callers by patterns, and as many pods that could be those."""

    def one(i: int) -> str:
        if i % 2:
            return pod(f"w{i}", f"app: w{i}")
        rule = f"{{from: [{{source: {{principals: ['*/sa/a{i}', 'cluster.local/ns/n{i}/*']}}}}]}}"
        return istio("AuthorizationPolicy", f"p{i}", f"{{rules: [{rule}]}}")

    return documents(one, n)


def policies_that_ask_providers(n: int) -> str:
    """Policies for one workload that ask a provider each."""
    spec = "{{selector: {{matchLabels: {{app: web}}}}, action: CUSTOM, provider: {{name: x{i}}}, rules: [{{}}]}}"
    return documents(lambda i: istio("AuthorizationPolicy", f"p{i}", spec.format(i=i)), n)
