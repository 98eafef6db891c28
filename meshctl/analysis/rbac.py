"""The permissions that checks and commands need, as a role that can be applied."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.needs import readers
from meshctl.model.ids import KindKey
from meshctl.sources.plurals import has_list, plural
from meshctl.sources.scope import CLUSTER_SCOPED

NAME = "meshctl-reader"

_SECRET = KindKey("", "Secret")
_NAMESPACE = KindKey("", "Namespace")


class Rule(Struct, frozen=True):
    """One rule of a role, with a comment for whoever has to grant it."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    comment: str = ""

    def lines(self) -> Iterator[str]:
        """As YAML."""
        yield from (f"# {line}" for line in self.comment.splitlines())
        yield f'- apiGroups: ["{self.group}"]'
        yield "  resources:"
        yield from (f"  - {resource}" for resource in self.resources)
        yield f"  verbs: [{', '.join(self.verbs)}]"


# A port-forward is a GET that becomes a connection; from Kubernetes 1.35 on the server asks for "create" as well.
FORWARD = Rule("", ("pods/portforward",), ("create", "get"), "The admin ports of proxies and control planes.")


def rules(
    kinds: Iterable[KindKey], analyzers: Sequence[Analyzer], *, namespace: str = "", proxies: bool = False
) -> list[Rule]:
    """What it takes to list these kinds everywhere or, if `namespace` is not empty, those that can be in it."""
    by_group: dict[str, list[str]] = defaultdict(list)
    found = []
    for kind in sorted(filter(has_list, kinds)):
        if kind == _SECRET:
            found.append(Rule("", ("secrets",), ("list",), _about_secrets(analyzers)))
        elif not namespace or kind not in CLUSTER_SCOPED:
            by_group[kind.group].append(plural(kind))
        elif kind == _NAMESPACE:
            found.append(Rule("", ("namespaces",), ("get",)))
    if proxies:
        found.append(FORWARD)
    return [*(Rule(group, tuple(sorted(names)), ("list",)) for group, names in by_group.items()), *found]


def manifest(
    kinds: Iterable[KindKey],
    analyzers: Sequence[Analyzer],
    *,
    namespace: str = "",
    istio_namespace: str = "istio-system",
    proxies: bool = False,
) -> str:
    """A ClusterRole, or the Role of a namespace, as YAML with comments that say how to bind it."""
    found = rules(kinds, analyzers, namespace=namespace, proxies=proxies)
    kind = "Role" if namespace else "ClusterRole"
    place = f" -n {namespace}" if namespace else ""
    binding = f"{kind}Binding".lower()
    of = f" of the namespace {namespace}" if namespace else ""
    lines = [
        f"# What meshctl reads{of}. It changes nothing. Bind it with",
        f"#   kubectl create {binding} {NAME} --{kind.lower()}={NAME}{place} --user=NAME",
        "# or, for a service account, --serviceaccount=NAMESPACE:NAME instead of --user.",
    ]
    if namespace and namespace != istio_namespace:
        lines += [
            f"# The configuration of the mesh itself is in {istio_namespace}; so that it can be read there too:",
            f"#   meshctl doctor --rbac -n {istio_namespace} | kubectl apply -f -",
        ]
    lines += ["apiVersion: rbac.authorization.k8s.io/v1", f"kind: {kind}", "metadata:", f"  name: {NAME}"]
    if namespace:
        lines.append(f'  namespace: "{namespace}"')
    lines.append("rules:" if found else "rules: []")
    return "".join(f"{line}\n" for line in (*lines, *(line for rule in found for line in rule.lines())))


def _about_secrets(analyzers: Sequence[Analyzer]) -> str:
    names = sorted(analyzer.name for analyzer in readers(_SECRET, analyzers))
    return "\n".join(
        [
            "Names, and the public parts of the certificates of gateways. Kubernetes can only allow the whole:",
            "to do without, print the role and run the checks with",
            *(f"  --ignore {name}" for name in names),
        ]
    )
