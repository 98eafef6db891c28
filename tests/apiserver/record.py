"""What a test API server was asked."""

from dataclasses import dataclass, field

# POSTs that change nothing: questions about one's own permissions.
REVIEWS = ("selfsubjectaccessreviews", "selfsubjectrulesreviews")


@dataclass(slots=True)
class Request:
    """One request; `verb` in the words of RBAC, `status` 0 until it is answered."""

    method: str
    path: str
    query: dict[str, str]
    user: str
    accept: str
    verb: str = ""
    group: str = ""
    resource: str = ""
    namespace: str = ""
    name: str = ""
    status: int = 0
    sent: int = field(default=0)

    @property
    def harmless(self) -> bool:
        """Whether it can have changed nothing: a GET that watches nothing, or a review."""
        if self.method == "POST":
            return self.group == "authorization.k8s.io" and self.resource in REVIEWS
        return self.method == "GET" and self.verb != "watch"
