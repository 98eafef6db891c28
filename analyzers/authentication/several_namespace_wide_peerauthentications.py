"""A namespace has several PeerAuthentications for all its workloads; only one of them is used.

Why: istiod takes the oldest PeerAuthentication without selector of a namespace (in the root namespace, for the mesh)
and ignores the others without a word: a namespace that one of them makes STRICT may take plaintext all the same.

Example:
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: PERMISSIVE}}
    ---
    kind: PeerAuthentication
    metadata: {name: strict, namespace: shop}   # no selector either
    spec: {mtls: {mode: STRICT}}

Fix: keep one of them, or give each a selector.

Silent when: a PeerAuthentication has a selector with labels.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, PeerAuthentication, Severity, analyzer, others
from meshctl.analysis.api.policyselectors import peerauthentications_by_place


@analyzer("KIA0002", "several-namespace-wide-peerauthentications", Severity.ERROR, reads=(PeerAuthentication,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for (_, namespace, selector), together in peerauthentications_by_place(mesh).items():
        for policy in together if len(together) > 1 and not selector else ():
            rivals, names = others(policy, together)
            yield Claim(
                policy,
                ("metadata", "name"),
                f"This PeerAuthentication and {names} are all for the whole namespace {namespace}: only the oldest of"
                " them is used.",
                fix="Keep one of them, or give each a selector.",
                related=tuple(Also(p, ("metadata", "name"), "is for the whole namespace too") for p in rivals),
            )
