"""What the user says about the mesh, beside the resources."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from msgspec import Struct, field

from meshctl.model.baseline import Baseline
from meshctl.model.location import Location


class Assumed(Struct, frozen=True):
    """A resource that exists though it is not in the input; `*` in name or namespace stands for any letters."""

    kind: str
    name: str = "*"
    namespace: str = "*"


class Suppression(Struct, frozen=True):
    """Findings not to be reported: a code, name or prefix, for the resources whose `Kind namespace/name` fits.

    `*` in the patterns stands for any run of characters, also across the slash; `path` is that of the field as reports
    print it. Without a `place` it is a flag, else an entry of the configuration, where it has no effect after `until`.
    """

    check: str
    resource: str
    path: str = "*"
    reason: str = ""
    until: date | None = None
    place: Location | None = None


class Settings(Struct, frozen=True):
    """Settings of a run. `mesh_config` and `mesh_networks` override what the input holds; None where not given.

    `now` is read once, so that everything in a run sees the same time. `require_reason` takes the effect of
    suppressions that give none, `allow_inline=False` that of annotations and comments. Findings of the `baseline` are
    not reported.
    """

    istio_namespace: str = "istio-system"
    cluster_domain: str = "cluster.local"
    revision: str = ""
    mesh_config: Mapping[str, Any] | None = None
    mesh_networks: Mapping[str, Any] | None = None
    assume_present: tuple[Assumed, ...] = ()
    suppress: tuple[Suppression, ...] = ()
    require_reason: bool = False
    allow_inline: bool = True
    baseline: Baseline | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
