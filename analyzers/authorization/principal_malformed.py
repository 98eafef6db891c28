"""A rule of an AuthorizationPolicy has a principal that is written as no proxy sees it.

Why: principals are compared letter by letter with what stands after `spiffe://` in the caller's certificate:
`TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`. In another form nobody fits.

Example:
    principals: ["spiffe://cluster.local/ns/shop/sa/front"]   # without spiffe://

Fix: write cluster.local/ns/NAMESPACE/sa/ACCOUNT, or NAMESPACE/ACCOUNT under `serviceAccounts`.

Silent when: the principal has a trust domain and a path of another form, as certificates that are not from Istio may.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.authorization import LOCAL, PRINCIPAL, constraints

_SCHEME = "spiffe://"
_KUBERNETES = "system:serviceaccount:"


@analyzer("MSH430", "authorizationpolicy-principal-malformed", Severity.WARNING, reads=(AuthorizationPolicy,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy, constraint in constraints(mesh):
        if constraint.attribute == PRINCIPAL:
            for value in (*constraint.values, *constraint.excluded):
                if better := _better(value.text, policy.namespace):
                    message = f"No caller has the principal {value.text}: principals have another form."
                    yield Claim(policy, value.path, message, fix=f"Write {better}.")


def _better(principal: str, namespace: str) -> str:
    """How it should be written; empty where it may be right."""
    if principal.startswith(_SCHEME):
        return principal.removeprefix(_SCHEME)
    if principal.startswith(_KUBERNETES):
        home, _, name = principal.removeprefix(_KUBERNETES).partition(":")
        return f"{LOCAL}/ns/{home}/sa/{name}"
    is_account = principal and not {"*", "/"} & set(principal)
    return f"{LOCAL}/ns/{namespace}/sa/{principal}" if is_account else ""
