"""What the API server answered when it was asked whether somebody may do something."""

from meshctl.graph.fields import Fields, mapping, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey

_GROUP = "authorization.k8s.io"


class AccessReview(View):
    """A SelfSubjectAccessReview or SubjectAccessReview with its answer."""

    KINDS = (KindKey(_GROUP, "SelfSubjectAccessReview"), KindKey(_GROUP, "SubjectAccessReview"))

    @lazy
    def wish(self) -> Fields:
        """What was asked for: `verb`, `group`, `resource`, `namespace`."""
        return mapping(self.spec.get("resourceAttributes"))

    @property
    def user(self) -> str:
        """Who was asked about; empty for the one who asked."""
        return text(self.spec.get("user"))

    @property
    def is_refused(self) -> bool:
        """True if the answer is no, and not that it could not be found out."""
        return self.status.get("allowed") is False and not self.status.get("evaluationError")

    @property
    def reason(self) -> str:
        """What the API server says about its answer, often nothing."""
        return text(self.status.get("reason"))
