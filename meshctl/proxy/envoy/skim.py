"""What a dump says of things that do not work; of the rest, which is nearly all of it, nothing is built."""

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.envoy.configdump import ConfigDump

T = TypeVar("T")


class Named(msgspec.Struct):
    """A cluster, as far as its name."""

    name: str = ""


class WarmingCluster(msgspec.Struct):
    """A cluster that does not serve yet."""

    cluster: Named = msgspec.field(default_factory=Named)
    last_updated: str = ""


class WarmingSecret(msgspec.Struct):
    """A secret that has not come."""

    name: str = ""
    last_updated: str = ""


class Warming(msgspec.Struct):
    """Since when a listener waits."""

    last_updated: str = ""


class Failure(msgspec.Struct):
    """Why a listener was refused, and what it would have been."""

    details: str = ""
    failed_configuration: dict[str, Any] = {}


class Listener(msgspec.Struct):
    """A received listener; what serves of it is left out."""

    name: str = ""
    warming_state: Warming | None = None
    error_state: Failure | None = None


class _Clusters(msgspec.Struct):
    dynamic_active_clusters: list[msgspec.Raw] = []
    dynamic_warming_clusters: list[WarmingCluster] = []


class _Listeners(msgspec.Struct):
    dynamic_listeners: list[Listener] = []


class _Secrets(msgspec.Struct):
    dynamic_warming_secrets: list[WarmingSecret] = []


class Skimmed(Struct, frozen=True):
    """`has_clusters` says whether the proxy was sent any, waiting or not."""

    has_clusters: bool
    warming_clusters: tuple[WarmingCluster, ...]
    listeners: tuple[Listener, ...]
    warming_secrets: tuple[WarmingSecret, ...]


def skim(dump: ConfigDump) -> Skimmed:
    """What does not work in a dump of Envoy's own (not istiod's). Raises BrokenAnswer."""
    clusters = tuple(_read(dump, "ClustersConfigDump", _Clusters))
    warming = tuple(w for section in clusters for w in section.dynamic_warming_clusters)
    return Skimmed(
        has_clusters=bool(warming)
        or any(section.dynamic_active_clusters for section in clusters)
        or "ClustersConfigDump.DynamicCluster" in dump.parts,
        warming_clusters=warming,
        listeners=(
            *(one for section in _read(dump, "ListenersConfigDump", _Listeners) for one in section.dynamic_listeners),
            *_read(dump, "ListenersConfigDump.DynamicListener", Listener),
        ),
        warming_secrets=tuple(
            one for section in _read(dump, "SecretsConfigDump", _Secrets) for one in section.dynamic_warming_secrets
        ),
    )


def _read(dump: ConfigDump, name: str, kind: type[T]) -> Iterator[T]:
    for raw in dump.parts.get(name, ()):
        try:
            yield msgspec.json.decode(raw, type=kind)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BrokenAnswer(f"has a section {name} that is not as it should be: {error}") from error
