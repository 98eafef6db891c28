"""Who may do what on a test API server: users with a small part of RBAC."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

READ = ("get", "list", "watch")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is allowed: "*" is everything; `namespaces` None is a ClusterRole, else a Role in each of them.

    Subresources are named as in RBAC: "pods/portforward". `names` narrows to objects of these names.
    """

    resources: tuple[str, ...] = ("*",)
    groups: tuple[str, ...] = ("*",)
    verbs: tuple[str, ...] = ("*",)
    namespaces: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()

    def allows(self, request: "Attributes") -> bool:
        """Whether this rule alone is enough for a request."""
        return (
            _has(self.verbs, request.verb)
            and _has(self.groups, request.group)
            and _has(self.resources, request.resource)
            and (self.namespaces is None or request.namespace in self.namespaces)
            and (not self.names or request.name in self.names)
        )


def _has(allowed: tuple[str, ...], wanted: str) -> bool:
    return "*" in allowed or wanted in allowed


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a request wants, in the words of RBAC; `resource` with its subresource: "pods/proxy"."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a token (by default NAME-token) and a certificate."""

    name: str
    rules: tuple[Rule, ...] = ()
    groups: tuple[str, ...] = ()
    token: str = ""

    @property
    def bearer(self) -> str:
        return self.token or f"{self.name}-token"

    def may(self, request: Attributes) -> bool:
        """Whether one of the user's rules, or of those everybody has, allows it."""
        return any(rule.allows(request) for rule in (*EVERYBODY, *self.rules))


EVERYBODY = (
    Rule(("selfsubjectaccessreviews", "selfsubjectrulesreviews"), ("authorization.k8s.io",), ("create",)),
    Rule(("selfsubjectreviews",), ("authentication.k8s.io",), ("create",)),
)
ADMIN = User("admin", (Rule(),))
ANONYMOUS = User("system:anonymous")
# Nobody has to log in to see that the server lives.
OPEN_PATHS = ("/healthz", "/livez", "/readyz", "/version")


def user_from_roles(name: str, roles: Iterable[Mapping[str, Any]], namespaces: tuple[str, ...] | None = None) -> User:
    """A user bound to ClusterRoles (everywhere) and Roles (in their own namespace, or in `namespaces`)."""
    rules = []
    for role in roles:
        own = role["metadata"].get("namespace")
        places = None if role["kind"] == "ClusterRole" and namespaces is None else namespaces or (own,)
        rules += [
            Rule(
                tuple(rule.get("resources", ())),
                tuple(rule.get("apiGroups", ())),
                tuple(rule["verbs"]),
                places,
                tuple(rule.get("resourceNames", ())),
            )
            for rule in role.get("rules") or ()
        ]
    return User(name, tuple(rules))
