"""A Telemetry as a whole."""

from collections.abc import Iterator
from functools import lru_cache

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.policy import Telemetry
from meshctl.graph.validation.durations import duration
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.labels import chosen
from meshctl.graph.validation.ranges import percent
from meshctl.model.paths import Path

_TAGS = {"literal": "value", "header": "name", "environment": "name", "formatter": "value"}


def telemetry(view: Telemetry) -> Iterator[Fault]:
    """What Istio refuses in a Telemetry."""
    spec = view.spec
    yield from chosen(spec, ("spec",))
    for field in ("tracing", "metrics", "accessLogging"):
        for i, entry in numbered(spec.get(field)):
            for j, provider in numbered(entry.get("providers")):
                if not provider.get("name"):
                    yield Fault(("spec", field, i, "providers", j, "name"), "The provider has no name.", "Add it.")
    for i, entry in numbered(spec.get("tracing")):
        yield from _tracing(entry, ("spec", "tracing", i), i)
    for i, entry in numbered(spec.get("metrics")):
        yield from duration(entry.get("reportingInterval"), ("spec", "metrics", i, "reportingInterval"))
        for j, override in numbered(entry.get("overrides")):
            yield from _override(override, ("spec", "metrics", i, "overrides", j))
    for i, entry in numbered(spec.get("accessLogging")):
        if not isinstance(entry.get("filter"), dict):
            continue
        expression = text(entry["filter"].get("expression"))
        if why := _cel_error(expression) if expression.strip() else "it is empty":
            yield Fault(
                ("spec", "accessLogging", i, "filter", "expression"),
                f"The filter is no CEL expression: {why}.",
                "Write it as response.code >= 400.",
            )


def _tracing(entry: Fields, path: Path, position: int) -> Iterator[Fault]:
    if position == 1:
        yield Fault(path, "Only the first entry of tracing is used.", "Merge it into the first.", warning=True)
    providers = tuple(numbered(entry.get("providers")))
    if len(providers) > 1:
        place = (*path, "providers", providers[1][0])
        yield Fault(place, "Only the first provider of tracing is used.", "Remove the others.", warning=True)
    yield from percent(entry.get("randomSamplingPercentage"), (*path, "randomSamplingPercentage"))
    for name, tag in mapping(entry.get("customTags")).items():
        place = (*path, "customTags", name)
        if not name:
            yield Fault(place, "A tag has no name.", "Add one.")
        kind = next((k for k in _TAGS if mapping(tag).get(k) is not None), None)
        if kind is None:
            yield Fault(place, f"The tag {name} says nothing.", f"Add one of {', '.join(_TAGS)}.", unseen=True)
        elif not mapping(mapping(tag).get(kind)).get(_TAGS[kind]):
            yield Fault((*place, kind, _TAGS[kind]), f"The {_TAGS[kind]} of the tag {name} is empty.", "Add it.")


def _override(override: Fields, path: Path) -> Iterator[Fault]:
    match = mapping(override.get("match"))
    if "customMetric" in match and not match["customMetric"]:
        yield Fault((*path, "match", "customMetric"), "The custom metric has no name.", "Add it.")
    for name, tag in mapping(override.get("tagOverrides")).items():
        place = (*path, "tagOverrides", name)
        value = mapping(tag).get("value")
        if not name:
            yield Fault(place, "An override is for a tag without name.", "Name the tag.", warning=True)
        if mapping(tag).get("operation") == "REMOVE":
            if value:
                yield Fault((*place, "value"), f"The tag {name} is removed and has a value.", "Remove the value.")
        elif not value:
            yield Fault((*place, "value"), f"The tag {name} is set and has no value.", "Add the value.")


@lru_cache(1024)
def _cel_error(expression: str) -> str:
    """Why a text is no expression of CEL; empty if it is one."""
    import cel

    try:
        cel.compile(expression)
    except ValueError as error:
        return str(error).partition("\n")[0].removeprefix("Failed to parse expression ").rstrip(".")
    return ""
