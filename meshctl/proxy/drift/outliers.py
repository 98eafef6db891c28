"""Outlier detection of DestinationRules: when a cluster stops using an address."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.viewpoint.policies import Block
from meshctl.proxy.drift.values import dig, duration, flag, number, percent
from meshctl.proxy.drift.wants import Aspect, Want, aspect, want

_OUTLIERS = "outlier_detection"


def _errors(field: str) -> Aspect:
    """How many errors eject; none do where that is not enforced."""
    count, enforced = (_OUTLIERS, field), (_OUTLIERS, f"enforcing_{field}")

    def read(cluster: Any) -> Any:
        return 0 if number(dig(cluster, *enforced)) == 0 else number(dig(cluster, *count))

    return Aspect(f"{_OUTLIERS}.{field}", read, (count, enforced))


_EJECTING = (
    ("consecutive5xxErrors", _errors("consecutive_5xx"), number),
    ("consecutiveGatewayErrors", _errors("consecutive_gateway_failure"), number),
    ("consecutiveLocalOriginFailures", _errors("consecutive_local_origin_failure"), number),
    ("interval", aspect(f"{_OUTLIERS}.interval", duration), duration),
    ("baseEjectionTime", aspect(f"{_OUTLIERS}.base_ejection_time", duration), duration),
    ("maxEjectionPercent", aspect(f"{_OUTLIERS}.max_ejection_percent", number), number),
    ("splitExternalLocalOriginErrors", aspect(f"{_OUTLIERS}.split_external_local_origin_errors", flag), flag),
)
_DETECTS = aspect(_OUTLIERS, lambda found: found is not None)
_PANIC = aspect("common_lb_config.healthy_panic_threshold", percent)


def wants_of_detection(block: Block) -> Iterator[Want]:
    """What `outlierDetection` wants; without it, that there is none."""
    fields, path = block.fields, block.path
    yield want(block.source, path, _DETECTS, bool(fields))
    for name, found, parse in _EJECTING:
        if name in fields:
            yield want(block.source, (*path, name), found, parse(fields[name]), rest=True)
        elif fields:
            yield want(block.source, (*path, name), found, False if parse is flag else None, rest=True)
    if fields:
        yield want(
            block.source, (*path, "minHealthPercent"), _PANIC, percent(fields.get("minHealthPercent", 0)), rest=True
        )
