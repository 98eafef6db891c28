"""A rule of an AuthorizationPolicy names a namespace that does not exist.

Why: the source matches no caller. A policy that allows lets nobody in from there, one that denies refuses nobody, and
an exception (`notNamespaces`) excepts nobody.

Example:
    kind: AuthorizationPolicy
    spec:
      action: ALLOW
      rules:
      - from:
        - source:
            namespaces: [checkuot]   # the namespace is called checkout

Fix: write the name as it is, in lower case; `*` stands for any letters.

Silent when: a Namespace of that name or pattern exists, something of the input is in it, or every cluster has it
(`default`, `kube-system` and their like); where the input is all there is, it is an info that the Namespace itself is
missing. Whether the namespace holds any caller is not looked at. Conditions about `source.namespace` are MSH449.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    AuthorizationPolicy,
    Claim,
    MeshGraph,
    Missing,
    Namespace,
    Path,
    Severity,
    analyzer,
    known_namespaces,
)
from meshctl.analysis.api.authorization import NAMESPACE, constraints

_HARM = ("so this source is no caller's", "so this excepts no caller")


@analyzer(
    "IST0101",
    "authorizationpolicy-namespace-not-found",
    Severity.ERROR,
    reads=(AuthorizationPolicy, Namespace),
    absent=(Namespace,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = known_namespaces(mesh)
    all_known = mesh.absence_is_proven(Missing("namespace", "", Namespace.KINDS))
    for policy, constraint in constraints(mesh):
        if constraint.attribute != NAMESPACE or "when" in constraint.path:
            continue
        for values, harm in zip((constraint.values, constraint.excluded), _HARM, strict=True):
            for path, name in values:
                if not known.has(name):
                    yield _claim(policy, path, name, harm, known.nearest(name))
                elif all_known and not known.has_object(name):
                    yield _without_object(policy, path, name)


def _claim(policy: AuthorizationPolicy, path: Path, name: str, harm: str, near: str | None) -> Claim:
    wanted = f"A namespace that fits {name}" if "*" in name else f"Namespace {name}"
    return Claim(
        policy,
        path,
        f"{wanted} {ABSENT}, {harm}.",
        fix=f"Did you mean {near}?" if near else "Write the name of an existing namespace, or take it out.",
        absent=Missing("namespace", name, Namespace.KINDS),
    )


def _without_object(policy: AuthorizationPolicy, path: Path, name: str) -> Claim:
    return Claim(
        policy,
        path,
        f"Namespace {name} is not among the Namespaces of the input, though it has to be there.",
        fix="Give the file with the Namespace as well, to have its labels considered.",
        severity=Severity.INFO,
    )
