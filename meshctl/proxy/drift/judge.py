"""One object of Envoy's, three ways: what resources want of it, as it was sent, as it runs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from meshctl.model.difference import Difference, Hop, Sort
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path
from meshctl.proxy.drift.structure import differences
from meshctl.proxy.drift.values import UNREADABLE, dig
from meshctl.proxy.drift.wants import Want, covered, deeper
from meshctl.proxy.drift.withheld import means, shown_within
from meshctl.sources.redact import redact_value

_SHOWN = 300

WHY = {
    Hop.CONTROL_PLANE: "The control plane does not send what the resource asks for",
    Hop.DELIVERY: "The control plane sends it, the proxy runs something else",
    Hop.UNKNOWN: "The proxy does not run what the resource asks for",
    Hop.SIBLINGS: "Proxies of one workload do not run the same",
}
NEXT = {
    Hop.CONTROL_PLANE: (
        "See that the resource is applied as it stands here, that istiod has read it (its log names what it refuses), "
        "and that no other resource for the same host comes first"
    ),
    Hop.DELIVERY: (
        "See with `meshctl proxy-status` whether the proxy is connected and accepts what it is sent; "
        "one that stays behind is restarted"
    ),
    Hop.UNKNOWN: "Take istiod's answer along (`istiod.config_dump.WORKLOAD.json`) to see who lost it",
    Hop.SIBLINGS: "Restart the proxy that is behind, once `meshctl proxy-status` shows that it is connected",
}


def judged(
    wants: Iterable[Want], sent: Any, running: Any, known: bool, object_name: str
) -> Iterator[tuple[Difference, tuple[Path, ...]]]:
    """The wants that are not met, with the paths in the object that this explains.

    `known` says that `sent` is what the control plane sends; otherwise nobody knows.
    """
    failed: list[Path] = []
    for each in wants:
        if each.rest and all(covered(c, failed) for c in each.aspect.covers):
            continue
        sent_value = each.aspect.read(sent) if known else None
        value = each.aspect.read(running)
        if UNREADABLE in (sent_value, value):
            continue
        if known and sent_value != each.value and not means(each.value, sent_value, each.path):
            hop, lost = Hop.CONTROL_PLANE, sent_value
        elif value != each.value and not means(each.value, value, each.path):
            hop, lost = Hop.DELIVERY if known else Hop.UNKNOWN, value
        else:
            continue
        failed += each.aspect.covers
        path, desired, lost = deeper(each, lost)
        yield (
            Difference(
                sort=Sort.FIELD,
                hop=hop,
                resource=each.resource,
                path=path,
                field=each.aspect.field,
                desired=desired,
                sent=(lost if hop is Hop.CONTROL_PLANE else desired) if known else None,
                running=lost if hop is not Hop.CONTROL_PLANE else deeper(each, value)[2],
                reason=WHY[hop],
                fix=NEXT[hop],
                objects=(object_name,),
            ),
            each.aspect.covers,
        )


def lost(
    resource: ResourceId | None,
    path: Path,
    field: str,
    desired: Any,
    found: Any,
    hop: Hop,
    object_name: str,
    *,
    sort: Sort = Sort.FIELD,
) -> Difference:
    """Something that is not as it should be after this hop; before it, it was."""
    return Difference(
        sort=sort,
        hop=hop,
        resource=resource,
        path=path,
        field=field,
        desired=short(desired),
        sent=None if hop is Hop.UNKNOWN else short(found if hop is Hop.CONTROL_PLANE else desired),
        running=short(found),
        reason=WHY[hop],
        fix=NEXT[hop],
        objects=(object_name,),
    )


def unexplained(
    sent: Any, running: Any, explained: Sequence[Path], object_name: str, hop: Hop = Hop.DELIVERY, at: Path = ()
) -> Iterator[Difference]:
    """What else differs between the object as sent and as it runs; `at` is where the two stand in it."""
    for path, one, other in differences(sent, running):
        if not covered(path, explained):
            one, other = shown_within(sent, path, one), shown_within(running, path, other)
            yield structural(source_of(sent) or source_of(running), (*at, *path), one, other, object_name, hop)


def structural(
    resource: ResourceId | None, path: Path, sent: Any, running: Any, object_name: str, hop: Hop = Hop.DELIVERY
) -> Difference:
    """A difference between what is sent and what runs that no field of a resource is known for."""
    return Difference(
        sort=Sort.SIBLING if hop is Hop.SIBLINGS else Sort.FIELD,
        hop=hop,
        resource=resource,
        path=(),
        field=envoy_path(path),
        desired=None,
        sent=short(sent),
        running=short(running),
        reason=WHY[hop],
        fix=NEXT[hop],
        objects=(object_name,),
    )


def envoy_path(path: Path) -> str:
    """`circuit_breakers.thresholds[0].max_connections`."""
    shown = ""
    for part in path:
        if isinstance(part, int) or "." in part:
            shown += f"[{part}]"
        else:
            shown += f".{part}" if shown else part
    return shown


def short(value: Any) -> Any:
    """A value as reports have it: large ones as the beginning of their JSON."""
    if not isinstance(value, dict | list):
        return value
    import json

    value = redact_value(value)
    written = json.dumps(value, separators=(",", ":"), sort_keys=True)
    return value if len(written) <= _SHOWN else f"{written[:_SHOWN]}..."


def source_of(message: Any) -> ResourceId | None:
    """The resource that an object says it was made from."""
    config = dig(message, "metadata", "filter_metadata", "istio", "config")
    parts = str(config).split("/") if isinstance(config, str) else []
    if len(parts) != 8 or parts[1] != "apis" or parts[4] != "namespaces":
        return None
    kind = "".join(word.capitalize() for word in parts[6].split("-"))
    return ResourceId("", parts[2], kind, parts[5], parts[7])
