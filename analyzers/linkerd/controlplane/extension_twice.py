"""An extension of Linkerd is in two namespaces.

Why: the CLI and the extensions find each other by the label of the namespace. With two, `linkerd viz` asks either one,
and the tap and metrics of half of the pods are not to be found.

Example:
    kind: Namespace
    metadata: {name: linkerd-viz, labels: {linkerd.io/extension: viz}}
    ---
    kind: Namespace
    metadata: {name: viz, labels: {linkerd.io/extension: viz}}

Fix: uninstall one of them, or take the label off a namespace that is no longer one.

Silent when: each extension has one namespace.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Namespace, Severity, analyzer
from meshctl.analysis.api.linkerdlive import EXTENSION, extension_namespaces


@analyzer("LKD412", "linkerd-extension-twice", Severity.WARNING, reads=(Namespace,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for extension, namespaces in extension_namespaces(mesh).items():
        first = namespaces[0]
        for namespace in namespaces[1:]:
            yield Claim(
                namespace,
                ("metadata", "labels", EXTENSION),
                f"Namespaces {first.name} and {namespace.name} are both that of Linkerd's extension {extension}: the "
                "CLI asks either one.",
                fix="Uninstall one of them, or take the label off.",
                related=(Also(first, ("metadata", "labels", EXTENSION), "the other one"),),
            )
