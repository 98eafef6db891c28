"""A change of one spot of a resource that mends a finding and cannot be wrong."""

from typing import Literal

from msgspec import Struct

from meshctl.model.paths import Path


class Edit(Struct, frozen=True):
    """`rename` gives the key at `path` another name, `set` gives the value at `path`, a scalar, another text."""

    kind: Literal["rename", "set"]
    path: Path
    text: str
