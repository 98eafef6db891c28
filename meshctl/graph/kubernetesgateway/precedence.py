"""Which of several resources that want the same goes first, as the Gateway API has it."""

from meshctl.graph.fields import text
from meshctl.graph.view import View


def age(view: View) -> tuple[bool, str, str, str]:
    """Sorts the oldest first, then by namespace and name; what was never created stands behind all others."""
    created = text(view.metadata.get("creationTimestamp"))
    return not created, created, view.namespace, view.name
