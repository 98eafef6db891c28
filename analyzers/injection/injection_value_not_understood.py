"""A label or annotation about injection has a value that Istio does not know.

Why: only `enabled` and `disabled` count for istio-injection, and only "true" and "false" for sidecar.istio.io/inject,
in small letters and as text. On a namespace anything but `enabled` switches injection off; on a pod anything else
counts as not said.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels: {istio-injection: "True"}

Fix: write the value that Istio knows.

Silent when: the value is empty, or the workload is made by another one of the input, which then has the finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    INJECT,
    INJECTION,
    Claim,
    Edit,
    MeshGraph,
    Namespace,
    Path,
    Severity,
    Workload,
    analyzer,
    mapping,
    owner,
)

YES, NO = frozenset({"enabled", "enable", "true", "yes", "on", "1"}), frozenset({"disabled", "false", "no", "off", "0"})


@analyzer("MSH112", "injection-value-not-understood", Severity.WARNING, reads=(Namespace, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for namespace in mesh.all(Namespace):
        value = mapping(namespace.metadata.get("labels")).get(INJECTION)
        if value not in (None, "", "enabled", "disabled"):
            effect = "which switches injection off like every value but `enabled`"
            yield claim(namespace, ("metadata", "labels", INJECTION), value, ("enabled", "disabled"), effect)
    for workload in mesh.all(Workload):
        metadata = mapping(workload.template.get("metadata"))
        for part in ("labels", "annotations"):
            value = mapping(metadata.get(part)).get(INJECT)
            if value in (None, "", "true", "false") or owner(mesh, workload) is not None:
                continue
            path = workload.pod_field("metadata", part, INJECT)
            yield claim(workload, path, value, ("true", "false"), "which the injector takes as not said")


def claim(subject: Namespace | Workload, path: Path, value: object, known: tuple[str, str], effect: str) -> Claim:
    """A claim about a value; one that is no text is refused by the API server."""
    word = str(value).lower()
    meant = known[0] if word in YES else known[1] if word in NO else ""
    if not isinstance(value, str):
        effect = "which is not text: the API server refuses the object"
    wanted = f'"{meant}"' if meant else f'"{known[0]}" or "{known[1]}"'
    return Claim(
        subject,
        path,
        f"{path[-1]} of {subject.id} has the value {word if isinstance(value, bool) else value}, {effect}.",
        fix=f"Write {wanted}, in quotes.",
        edit=Edit("set", path, meant) if meant else None,
    )
