"""The value of a patch of an EnvoyFilter: of Envoy's own types only what says which type something is."""

import re
from collections.abc import Iterator

from meshctl.graph.fields import Fields, mapping, text
from meshctl.graph.validation.fault import Fault
from meshctl.model.paths import Path

_TYPE = "@type"
_TYPED = ("typed_config", "typedConfig")
_TYPED_BY_NAME = ("typed_per_filter_config", "typedPerFilterConfig")
_DISCOVERED = ("config_discovery", "configDiscovery")
# What is below these may have any shape.
_FREE = frozenset({"filter_metadata", "filterMetadata"})
_FREE_TYPES = ("google.protobuf.Struct", "TypedStruct")
_FILTERS = frozenset({"HTTP_FILTER", "NETWORK_FILTER", "LISTENER_FILTER"})
_WHOLE = frozenset({"ADD", "INSERT_BEFORE", "INSERT_AFTER", "INSERT_FIRST", "REPLACE"})
_V2 = re.compile(r"envoy\.(?:api\.v2|config\.(?:[a-z0-9_]+\.)+v2)\.")


def patch_value(to: str, patch: Fields, path: Path) -> Iterator[Fault]:
    """What Istio says about the types in the value of a patch; `to` is what is patched, `path` that of the value."""
    value = mapping(patch.get("value"))
    for config, place in typed_configs(value, path):
        name = text(config.get(_TYPE))
        if config and not name:
            yield Fault(
                place,
                "The configuration has no @type, so nobody knows how to read it: istiod refuses the EnvoyFilter.",
                'Add "@type": type.googleapis.com/ and the name of the type.',
            )
        elif _V2.match(name.rpartition("/")[2]):
            yield Fault(
                (*place, _TYPE),
                f"{name} is a type of Envoy's API version 2, which no Envoy since 1.18 takes.",
                "Use the type of version 3, whose name ends in .v3 and the message.",
                warning=True,
            )
    whole = to in _FILTERS and text(patch.get("operation")) in _WHOLE
    if whole and text(value.get("name")) and not any(value.get(key) for key in (*_TYPED, *_DISCOVERED)):
        yield Fault(
            (*path, "name"),
            f"The filter {text(value['name'])} is put in without typed_config: Envoy finds filters by their type and"
            " not by their name.",
            'Add typed_config with its "@type".',
            warning=True,
        )


def typed_configs(value: object, path: Path) -> Iterator[tuple[Fields, Path]]:
    """Every part that has to say its own type, with its path."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from typed_configs(item, (*path, i))
        return
    fields = mapping(value)
    if text(fields.get(_TYPE)).endswith(_FREE_TYPES):
        return
    for key, item in fields.items():
        if key in _FREE or not isinstance(item, dict | list):
            continue
        if key in _TYPED:
            yield mapping(item), (*path, key)
        elif key in _TYPED_BY_NAME:
            yield from ((mapping(config), (*path, key, name)) for name, config in mapping(item).items())
        yield from typed_configs(item, (*path, key))
