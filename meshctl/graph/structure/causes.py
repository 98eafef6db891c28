"""Values that the rules of validation cannot read: what the rules say around them is a consequence."""

from meshctl.graph.structure.lists import listed
from meshctl.graph.structure.misfit import Flaw, Misfit, misfits
from meshctl.graph.view import View
from meshctl.model.paths import Path


class Causes:
    """The values of a resource that are of a wrong type or none of those possible.

    To the rules such a value is missing. Istio itself cannot decode the resource and applies no rule to it.
    """

    def __init__(self, view: View) -> None:
        unreadable = [
            misfit
            for misfit in misfits(view.data, listed(view.id.kind_key))
            if misfit.flaw in (Flaw.WRONG_TYPE, Flaw.UNKNOWN_VALUE) and misfit.value is not None
        ]
        self._at = {misfit.path: misfit for misfit in unreadable}
        self._in = {misfit.path[:-1]: misfit for misfit in reversed(unreadable)}
        self._deciding = {m.path[:-1]: m for m in reversed(unreadable) if m.shape.types != m.shape.settled}

    def of(self, path: Path) -> Misfit | None:
        """Why a rule complains at a path: a value there or around it, directly within it, or one of the values
        beside it on which others depend: modes and mappings, not numbers and names.
        """
        around = next((self._at[path[:end]] for end in range(1, len(path) + 1) if path[:end] in self._at), None)
        beside = self._deciding.get(path[:-1]) if path and isinstance(path[-1], str) else None
        return around or self._in.get(path) or beside
