"""A rule of an AuthorizationPolicy wants two things of a request that are never both so.

Why: the parts of a source, of an operation and of `when` hold together. Where two of them exclude each other nothing
fits: a rule that allows lets nothing in, one that denies refuses nothing.

Example:
    rules:
    - from:
      - source:
          principals: [cluster.local/ns/shop/sa/front]
          namespaces: [checkout]   # front is in namespace shop

Fix: correct one of the two, or make two sources of them: of several sources, one has to fit.

Silent when: something may fit, or nobody can say; each list for itself is looked at elsewhere.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, ConfigMap, MeshGraph, Severity, analyzer, dotted
from meshctl.analysis.api.authorization import Values, contradictions

_MOST = 3


@analyzer(
    "MSH432", "authorizationpolicy-rule-contradicts-itself", Severity.WARNING, reads=(AuthorizationPolicy, ConfigMap)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy, one, other in contradictions(mesh):
        path = one[0].path[:-1]
        yield Claim(
            policy,
            path,
            f"{path[-1]} ({_shown(one)}) and {_where(one, other)} ({_shown(other)}) are never both so: nothing fits.",
            fix="Correct one of the two, or give each an entry of its own: of several, one has to fit.",
        )


def _where(one: Values, other: Values) -> str:
    """The field by its name where it is beside the other one."""
    path = other[0].path[:-1]
    return str(path[-1]) if path[:-1] == one[0].path[:-2] else dotted(path)


def _shown(values: Values) -> str:
    return ", ".join(value.text for value in values[:_MOST]) + (", ..." if len(values) > _MOST else "")
