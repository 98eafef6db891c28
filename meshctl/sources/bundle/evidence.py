"""How much of a cluster foreign bundles hold, as far as they show it themselves."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from meshctl.model.ids import KindKey
from meshctl.model.resource import Resource
from meshctl.sources.positions import FileOrigin, SourceText
from meshctl.sources.scope import CLUSTER_SCOPED
from meshctl.sources.snapshot import Coverage

_LIST = re.compile(rb"^kind: (\w+)List\s*$", re.MULTILINE)
_VERSION = re.compile(rb"^apiVersion: (?:([\w.-]+)/)?v\w+\s*$", re.MULTILINE)
_INSPECTED = re.compile(r"(?:.*[/!])?namespaces/([^/]+)/[^/]+/[^/]+\.yaml")
_CLUSTER_SCOPED = re.compile(r"(?:.*[/!])?cluster-scoped-resources/[^/]+/[^/]+\.yaml")

# What `istioctl bug-report` asks kubectl for, in the namespaces that it was told to include.
_ASKED = frozenset(
    KindKey(group, kind)
    for group, kinds in (
        ("", "Pod Service ReplicationController ConfigMap"),
        ("apps", "Deployment ReplicaSet StatefulSet DaemonSet"),
        ("batch", "Job CronJob"),
        ("networking.k8s.io", "Ingress NetworkPolicy"),
    )
    for kind in kinds.split()
)
_ASKED_EVERYWHERE = frozenset(
    {
        KindKey("", "Namespace"),
        KindKey("", "Node"),
        KindKey("apiextensions.k8s.io", "CustomResourceDefinition"),
        KindKey("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        KindKey("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    }
)
_DEFINITION = KindKey("apiextensions.k8s.io", "CustomResourceDefinition")


def must_gather_coverage(sources: Iterable[SourceText]) -> Coverage:
    """A must-gather holds a list, be it empty, of each kind that it read whole in a namespace or of the cluster."""
    whole: set[KindKey] = set()
    within: dict[str, set[KindKey]] = defaultdict(set)
    for source in sources:
        kind = _LIST.search(source.data)
        version = _VERSION.search(source.data)
        if not kind or not version:
            continue
        key = KindKey((version[1] or b"").decode(), kind[1].decode())
        if found := _INSPECTED.fullmatch(source.name):
            within[found[1]].add(key)
        elif key in CLUSTER_SCOPED and _CLUSTER_SCOPED.fullmatch(source.name):
            whole.add(key)
    return Coverage(frozenset(whole), _frozen(within), inferred=False)


def bug_report_coverage(resources: Sequence[Resource]) -> Coverage:
    """A bug report holds what istioctl asks for, in those namespaces of which it holds anything.

    Each namespace has a ConfigMap with the cluster's certificate, so none that was asked for is without an object.
    """
    files = {_file(resource) for resource in resources}
    if "k8s-resources" not in files:
        return Coverage(inferred=False)
    kinds = set(_ASKED)
    if "crs" in files:
        kinds.update(_defined(resource) for resource in resources if resource.id.kind_key == _DEFINITION)
    namespaces = {r.id.namespace for r in resources if r.id.namespace and _file(r) == "k8s-resources"}
    present = {resource.id.kind_key for resource in resources}
    return Coverage(
        frozenset(_ASKED_EVERYWHERE) if _DEFINITION in present else frozenset(),
        _frozen(dict.fromkeys(namespaces, kinds)),
        inferred=False,
    )


def _file(resource: Resource) -> str:
    origin = resource.origin
    return origin.source.name.rpartition("/")[2] if isinstance(origin, FileOrigin) else ""


def _defined(definition: Resource) -> KindKey:
    spec = definition.data.get("spec")
    names = spec.get("names") if isinstance(spec, dict) else None
    kind = names.get("kind") if isinstance(names, dict) else None
    return KindKey(str(spec.get("group")) if isinstance(spec, dict) else "", str(kind))


def _frozen(within: Mapping[str, Iterable[KindKey]]) -> dict[str, frozenset[KindKey]]:
    return {name: frozenset(kinds) for name, kinds in within.items()}
