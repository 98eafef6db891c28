"""A change of one spot of a resource that mends a finding and cannot be wrong."""

from dataclasses import dataclass
from typing import Literal

from meshctl.model.paths import Path


@dataclass(frozen=True, slots=True)
class Edit:
    """`rename` gives the key at `path` another name, `set` gives the value at `path`, a scalar, another text."""

    kind: Literal["rename", "set"]
    path: Path
    text: str
