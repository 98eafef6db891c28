"""Questions of users about their own permissions."""

from typing import Any

from tests.apiserver.status import Answer, document, failure
from tests.apiserver.users import EVERYBODY, Attributes, Rule, User

_PATHS = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version"]


def access(user: User, body: dict[str, Any]) -> Answer:
    """SelfSubjectAccessReview: may I?"""
    spec = body.get("spec") or {}
    wanted = spec.get("resourceAttributes")
    if wanted is None:
        path = (spec.get("nonResourceAttributes") or {}).get("path", "")
        allowed = path in _PATHS or path.startswith(("/api/", "/apis/"))
    else:
        part = wanted.get("subresource")
        resource = wanted.get("resource", "") + (f"/{part}" if part else "")
        place = wanted.get("namespace", ""), wanted.get("name", "")
        allowed = user.may(Attributes(wanted.get("verb", ""), wanted.get("group", ""), resource, *place))
    head = {"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {}}
    return document(head | {"spec": spec, "status": {"allowed": allowed}}, 201)


def rules(user: User, body: dict[str, Any]) -> Answer:
    """SelfSubjectRulesReview: what may I in this namespace?"""
    spec = body.get("spec") or {}
    namespace = spec.get("namespace", "")
    if not namespace:
        return failure(400, "no namespace on request")
    granted = [rule for rule in (*EVERYBODY, *user.rules) if rule.namespaces is None or namespace in rule.namespaces]
    status = {
        "resourceRules": [_written(rule) for rule in granted],
        "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": _PATHS}],
        "incomplete": False,
    }
    head = {"kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {}}
    return document(head | {"spec": {}, "status": status}, 201)


def _written(rule: Rule) -> dict[str, Any]:
    data: dict[str, Any] = {"verbs": rule.verbs, "apiGroups": rule.groups, "resources": rule.resources}
    return data | {"resourceNames": rule.names} if rule.names else data
