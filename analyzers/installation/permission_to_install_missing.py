"""Whoever installs Istio is not allowed to create something that an installation consists of.

Why: the installation stops half-way, and what is there already may take part in the traffic without the rest.

Example:
    apiVersion: authorization.k8s.io/v1
    kind: SelfSubjectAccessReview
    metadata: {name: can-i-create-clusterroles}
    spec:
      resourceAttributes: {verb: create, group: rbac.authorization.k8s.io, resource: clusterroles}
    status: {allowed: false}

Fix: ask an administrator of the cluster to install Istio, or for a role that allows it.

Silent when: nobody has asked: what an account may do is known from the answers of the API server alone, not from Roles.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AccessReview, Claim, MeshGraph, Severity, analyzer, text

_RBAC, _WEBHOOKS = "rbac.authorization.k8s.io", "admissionregistration.k8s.io"
_INSTALLED = frozenset(
    {
        ("", "namespaces"),
        ("", "serviceaccounts"),
        ("", "services"),
        ("", "configmaps"),
        ("apps", "deployments"),
        ("apiextensions.k8s.io", "customresourcedefinitions"),
        (_RBAC, "clusterroles"),
        (_RBAC, "clusterrolebindings"),
        (_RBAC, "roles"),
        (_RBAC, "rolebindings"),
        (_WEBHOOKS, "mutatingwebhookconfigurations"),
        (_WEBHOOKS, "validatingwebhookconfigurations"),
    }
)


@analyzer("IST0141", "permission-to-install-missing", Severity.ERROR, reads=(AccessReview,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for review in mesh.all(AccessReview):
        group, resource = text(review.wish.get("group")), text(review.wish.get("resource"))
        if review.is_refused and review.wish.get("verb") == "create" and (group, resource) in _INSTALLED:
            namespace = text(review.wish.get("namespace"))
            place = f" in the namespace {namespace}" if namespace else ""
            said = f" ({review.reason})" if review.reason else ""
            yield Claim(
                review,
                ("status", "allowed"),
                f"{review.user or 'This account'} may not create {resource}{place}{said}: it cannot install Istio.",
                fix="Ask an administrator of the cluster to install Istio, or for a role that allows it.",
            )
