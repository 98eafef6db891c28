"""Load balancing of DestinationRules: the algorithm of a cluster, warming up, preference of what is near."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import mapping, text
from meshctl.graph.viewpoint.policies import Block
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig, duration, number, percent
from meshctl.proxy.drift.wants import Aspect, Want, aspect, want

_SIMPLE = {
    "ROUND_ROBIN": "ROUND_ROBIN",
    "RANDOM": "RANDOM",
    "PASSTHROUGH": "CLUSTER_PROVIDED",
    "LEAST_CONN": "LEAST_REQUEST",
    "LEAST_REQUEST": "LEAST_REQUEST",
}
_WARM = {"LEAST_REQUEST": "least_request_lb_config", "ROUND_ROBIN": "round_robin_lb_config"}


def _balancing(cluster: Any) -> str:
    return text(mapping(cluster).get("lb_policy")) or "ROUND_ROBIN"


BALANCING = Aspect("lb_policy", _balancing, (("lb_policy",),))
_RING = aspect("ring_hash_lb_config.minimum_ring_size", number)
_TABLE = aspect("maglev_lb_config.table_size", number)
_LOCAL = aspect("common_lb_config.locality_weighted_lb_config", lambda found: found is not None)


def wants_of_balancing(block: Block) -> Iterator[Want]:
    """What `loadBalancer` wants."""
    fields, path = block.fields, block.path
    hashing = mapping(fields.get("consistentHash"))
    if hashing:
        way = "MAGLEV" if "maglev" in hashing else "RING_HASH"
        yield want(block.source, (*path, "consistentHash"), BALANCING, way)
        ring, table = mapping(hashing.get("ringHash")), mapping(hashing.get("maglev"))
        if "minimumRingSize" in ring:
            wanted = number(ring["minimumRingSize"])
            yield want(block.source, (*path, "consistentHash", "ringHash", "minimumRingSize"), _RING, wanted)
        elif "minimumRingSize" in hashing:
            yield want(
                block.source, (*path, "consistentHash", "minimumRingSize"), _RING, number(hashing["minimumRingSize"])
            )
        if "tableSize" in table:
            wanted = number(table["tableSize"])
            yield want(block.source, (*path, "consistentHash", "maglev", "tableSize"), _TABLE, wanted)
        policy = way
    else:
        policy = _SIMPLE.get(text(fields.get("simple")), "LEAST_REQUEST")
        yield want(block.source, (*path, "simple"), BALANCING, policy)
    yield from _warmup(block, policy)
    locality = mapping(fields.get("localityLbSetting"))
    if "enabled" in locality:
        wanted = locality["enabled"] is not False
        yield want(block.source, (*path, "localityLbSetting", "enabled"), _LOCAL, wanted)


def _slow_start(cluster: Any) -> Any:
    for way in _WARM.values():
        if found := dig(cluster, way, "slow_start_config"):
            return found
    return None


_WARM_COVERS: tuple[Path, ...] = tuple((way, "slow_start_config") for way in _WARM.values())


def _warm(field: str, covers: str, read: Any) -> Aspect:
    paths = tuple((*path, covers) for path in _WARM_COVERS)
    return Aspect(f"slow_start_config.{field}", lambda cluster: read(dig(_slow_start(cluster), covers)), paths)


_WINDOW = _warm("slow_start_window", "slow_start_window", duration)
_AGGRESSION = _warm("aggression", "aggression", lambda found: number(dig(found, "default_value")))
_FLOOR = _warm("min_weight_percent", "min_weight_percent", percent)


def _warmup(block: Block, policy: str) -> Iterator[Want]:
    if policy not in _WARM:
        return
    warmup, path = mapping(block.fields.get("warmup")), (*block.path, "warmup")
    older = block.fields.get("warmupDurationSecs")
    if older is not None and not warmup:
        yield want(block.source, (*block.path, "warmupDurationSecs"), _WINDOW, duration(older))
        return
    yield want(block.source, (*path, "duration"), _WINDOW, duration(warmup.get("duration")))
    if "aggression" in warmup:
        yield want(block.source, (*path, "aggression"), _AGGRESSION, number(warmup["aggression"]))
    if "minimumPercent" in warmup:
        yield want(block.source, (*path, "minimumPercent"), _FLOOR, percent(warmup["minimumPercent"]))
