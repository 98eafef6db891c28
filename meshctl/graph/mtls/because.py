"""The reason for a decision, and the field that made it."""

from typing import NamedTuple

from meshctl.graph.view import View
from meshctl.model.paths import Path


class Because(NamedTuple):
    """Why something is so: a sentence, and the resource and field that decide; no resource where a default does.

    An empty path means the resource as a whole.
    """

    text: str
    view: View | None = None
    path: Path = ()
