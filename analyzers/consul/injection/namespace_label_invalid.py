"""A Namespace says something about Consul that cannot be read, or is not read there.

Why: the labels transparent-proxy and consul-dns of a namespace hold for all its pods; with a value that is neither true
nor false, the webhook fails for each of them, and none is created. connect-inject is read on pods alone: on a
Namespace it does nothing, unlike the labels of other meshes.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels: {consul.hashicorp.com/connect-inject: "true"}   # goes to the annotations of the pods

Fix: write "true" or "false"; for injection, annotate the pod templates, or install Consul with
`connectInject.default: true`.

Silent when: the labels are booleans. As annotations of a Namespace they have no effect, which is a warning.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Namespace, Severity, analyzer
from meshctl.analysis.api.consul import CONSUL_DNS, INJECT, TRANSPARENT_PROXY, truth


@analyzer("CSL114", "consul-namespace-label-invalid", Severity.ERROR, reads=(Namespace,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for namespace in mesh.all(Namespace):
        for name in (TRANSPARENT_PROXY, CONSUL_DNS):
            value = namespace.labels.get(name)
            if value is not None and truth(value) is None:
                yield Claim(
                    namespace,
                    ("metadata", "labels", name),
                    f"{value!r} of the label {name} is neither true nor false: "
                    "Consul's webhook fails for every pod of the namespace that it injects.",
                    fix='Write "true" or "false".',
                )
        for field, carried in (("labels", namespace.labels), ("annotations", namespace.annotations)):
            for name in (INJECT,) if field == "labels" else (INJECT, TRANSPARENT_PROXY, CONSUL_DNS):
                if name in carried:
                    yield _misplaced(namespace, field, name)


def _misplaced(namespace: Namespace, field: str, name: str) -> Claim:
    where = "on pods" if name == INJECT else "among the labels of a namespace, or on pods"
    return Claim(
        namespace,
        ("metadata", field, name),
        f"{name} has no effect among the {field} of a Namespace: Consul reads it {where}.",
        fix="Add it to the annotations of the pod templates." if name == INJECT else "Make it a label.",
        severity=Severity.WARNING,
        on_key=True,
    )
