"""What a test API server was asked."""

from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl

# POSTs that change nothing: questions about one's own permissions.
REVIEWS = ("selfsubjectaccessreviews", "selfsubjectrulesreviews")


@dataclass(slots=True)
class Request:
    """One request; `verb` in the words of RBAC, `status` is 0 until it is answered, `sent` counts bytes of bodies."""

    method: str
    path: str
    raw_query: str
    user: str
    accept: str
    verb: str = ""
    group: str = ""
    resource: str = ""
    namespace: str = ""
    name: str = ""
    status: int = 0
    sent: int = 0

    @property
    def query(self) -> dict[str, str]:
        """The parameters; of several equal ones the last."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    def repeated(self, name: str) -> list[str]:
        """All values of a parameter."""
        return parse_qs(self.raw_query).get(name, [])

    @property
    def harmless(self) -> bool:
        """Whether it can have changed nothing: a GET that watches nothing, or a review."""
        if self.method == "POST":
            return self.group == "authorization.k8s.io" and self.resource in REVIEWS
        return self.method == "GET" and self.verb != "watch"
