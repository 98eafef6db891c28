"""What the status of a resource says of it already."""

from meshctl.graph.kinds.conditioned import Conditioned
from meshctl.graph.view import View


def is_told(view: View) -> bool:
    """Whether the control plane says in a condition that a resource is not accepted, or not bound to its waypoint."""
    if view.id.kind_key not in Conditioned.KINDS:
        return False
    return any(c.status == "False" and not c.stale for c in Conditioned(view.resource).conditions)
