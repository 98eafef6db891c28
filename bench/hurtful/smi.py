"""Resources of the Service Mesh Interface: splits of one Service and of each other, and permissions for one account."""

from bench.hurtful.manifests import documents, resource

_BACKEND = "{service: web, weight: 1}"


def _split(name: str, root: str, backend: str) -> str:
    return resource(
        "split.smi-spec.io/v1alpha4", "TrafficSplit", name, f"spec: {{service: {root}, backends: [{backend}]}}"
    )


def smi_splits_of_one_service(n: int) -> str:
    """Splits of one Service."""
    return documents(lambda i: _split(f"s{i}", "web", _BACKEND), n)


def smi_splits_of_splits(n: int) -> str:
    """Splits that lead to each other, in one circle."""
    return documents(lambda i: _split(f"s{i}", f"r{i}", f"{{service: r{(i + 1) % n}, weight: 1}}"), n)


def smi_backends(n: int) -> str:
    """Backends of one split."""
    return documents(lambda _: _split("s", "web", ", ".join(f"{{service: b{i}, weight: 1}}" for i in range(n))), 1)


def smi_targets(n: int) -> str:
    """Permissions for one account that name matches of one group, which has as many."""

    def one(i: int) -> str:
        if i % 2:
            matches = f"{{matches: [{{name: m{i}, pathRegex: '/{i}(a|b)'}}]}}"
            return resource("specs.smi-spec.io/v1alpha4", "HTTPRouteGroup", f"g{i}", f"spec: {matches}")
        account = "{kind: ServiceAccount, name: web, namespace: shop}"
        rule = f"{{kind: HTTPRouteGroup, name: g{i + 1}, matches: [m{i}]}}"
        spec = f"spec: {{destination: {account}, rules: [{rule}], sources: [{account}]}}"
        return resource("access.smi-spec.io/v1alpha3", "TrafficTarget", f"t{i}", spec)

    return documents(one, n)
