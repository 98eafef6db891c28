"""A condition of an AuthorizationPolicy about `source.namespace` names a namespace that does not exist.

Why: the condition fits no caller, or excepts none: a policy that allows lets nobody in by it, one that denies refuses
nobody.

Example:
    kind: AuthorizationPolicy
    spec:
      rules:
      - when:
        - key: source.namespace
          values: [checkuot]   # the namespace is called checkout

Fix: write the name as it is, in lower case; `*` stands for any letters.

Silent when: a Namespace of that name or pattern exists, something of the input is in it, or every cluster has it. What
`namespaces` and `notNamespaces` of a source name is IST0101.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    AuthorizationPolicy,
    Claim,
    MeshGraph,
    Missing,
    Namespace,
    Severity,
    analyzer,
    known_namespaces,
)
from meshctl.analysis.api.authorization import NAMESPACE, constraints

_HARM = ("so the condition fits no caller", "so the condition excepts no caller")


@analyzer(
    "MSH449",
    "authorizationpolicy-condition-namespace-not-found",
    Severity.ERROR,
    reads=(AuthorizationPolicy, Namespace),
    absent=(Namespace,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = known_namespaces(mesh)
    for policy, constraint in constraints(mesh):
        if constraint.attribute != NAMESPACE or "when" not in constraint.path:
            continue
        for values, harm in zip((constraint.values, constraint.excluded), _HARM, strict=True):
            for path, name in values:
                if name and not known.has(name):
                    wanted = f"A namespace that fits {name}" if "*" in name else f"Namespace {name}"
                    near = known.nearest(name)
                    yield Claim(
                        policy,
                        path,
                        f"{wanted} {ABSENT}, {harm}.",
                        fix=f"Did you mean {near}?" if near else "Write the name of an existing namespace.",
                        absent=Missing("namespace", name, Namespace.KINDS),
                    )
