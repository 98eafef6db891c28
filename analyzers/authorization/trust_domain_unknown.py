"""A rule of an AuthorizationPolicy names a principal of a trust domain that the mesh does not know.

Why: callers of this mesh have principals of its own trust domain, so nobody fits. `cluster.local` stands for that
whatever it is called, but only in a whole principal, `cluster.local/ns/NAMESPACE/sa/ACCOUNT`.

Example:
    principals: [td1/ns/shop/sa/front]   # the MeshConfig says trustDomain: prod.example.com

Fix: write the trust domain of the MeshConfig, or `cluster.local`, or add an alias (`trustDomainAliases`).

Silent when: the MeshConfig is not in the input; the trust domain is that of the mesh or an alias, is one of
`caCertificates`, or has a `*`. `trustDomains` and conditions about `source.trustDomain` are looked at too.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, ConfigMap, MeshGraph, Severity, analyzer
from meshctl.analysis.api.authorization import (
    LOCAL,
    PRINCIPAL,
    TRUST_DOMAIN,
    Value,
    accepted_trust_domains,
    constraints,
    parts_of,
    trust_domains,
)


@analyzer(
    "KIA0108", "authorizationpolicy-trust-domain-unknown", Severity.WARNING, reads=(AuthorizationPolicy, ConfigMap)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    accepted = accepted_trust_domains(mesh)
    if accepted is None:
        return
    own = trust_domains(mesh)[0]
    for policy, constraint in constraints(mesh):
        for value in (*constraint.values, *constraint.excluded):
            domain = _domain(constraint.attribute, value)
            if not domain:
                continue
            if not accepted.has(domain):
                message = f"{domain} is no trust domain of the mesh, so nobody fits {value.text}."
                yield Claim(policy, value.path, message, fix=f"Write {own}, or add {domain} to trustDomainAliases.")
            elif domain == LOCAL and LOCAL not in trust_domains(mesh) and parts_of(value.text) is None:
                message = f"{LOCAL} stands for the mesh's trust domain {own} in whole principals alone: nobody fits."
                yield Claim(policy, value.path, message, fix=f"Write {own} instead of {LOCAL}.")


def _domain(attribute: str, value: Value) -> str:
    """The trust domain of a value; empty where it says none, or leaves it open."""
    domain, has_form, _ = value.text.partition("/ns/")
    if attribute == TRUST_DOMAIN:
        domain, has_form = value.text, "yes"
    elif attribute != PRINCIPAL:
        return ""
    return domain if has_form and not {"*", "/"} & set(domain) else ""
