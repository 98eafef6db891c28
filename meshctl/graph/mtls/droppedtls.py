"""Settings of single ports in DestinationRules that lose the TLS which the rule has for all ports."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.sending import auto_mutual_tls
from meshctl.model.paths import Path


class Dropped(Struct, frozen=True):
    """Settings of a port without TLS, beside those for all ports with it: `tls` is the path of these."""

    rule: DestinationRule
    path: Path
    port: int
    tls: Path
    mode: str


@index(DestinationRule, ConfigMap)
def dropped_tls(mesh: MeshGraph) -> tuple[Dropped, ...]:
    """Every such setting. Without ISTIO_MUTUAL nothing is lost where proxies use mutual TLS by themselves."""
    lasting = ("SIMPLE", "MUTUAL") if auto_mutual_tls(mesh) else ("SIMPLE", "MUTUAL", "ISTIO_MUTUAL")
    return tuple(each for rule in mesh.all(DestinationRule) for each in _dropped(rule) if each.mode in lasting)


def _dropped(rule: DestinationRule) -> Iterator[Dropped]:
    whole = mapping(rule.spec.get("trafficPolicy"))
    path: Path = ("spec", "trafficPolicy")
    above = (text(mapping(whole.get("tls")).get("mode")), (*path, "tls"))
    yield from _of_policy(rule, whole, path, *above)
    for i, subset in numbered(rule.spec.get("subsets")):
        policy = mapping(subset.get("trafficPolicy"))
        path = ("spec", "subsets", i, "trafficPolicy")
        own = (text(mapping(policy.get("tls")).get("mode")), (*path, "tls"))
        yield from _of_policy(rule, policy, path, *(own if "tls" in policy else above))


def _of_policy(rule: DestinationRule, policy: Fields, path: Path, mode: str, tls: Path) -> Iterator[Dropped]:
    for i, setting in numbered(policy.get("portLevelSettings") if mode else None):
        port = integer(mapping(setting.get("port")).get("number"))
        if port is not None and "tls" not in setting:
            yield Dropped(rule, (*path, "portLevelSettings", i), port, tls, mode)
