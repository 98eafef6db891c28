"""The shape that a CustomResourceDefinition gives its resources."""

from typing import Any

from meshctl.graph.fields import Fields, listed, mapping, text, texts
from meshctl.graph.structure.shape import ANY, LIST, MAPPING, NULL, SCALARS, Shape

_KEEPS = "x-kubernetes-preserve-unknown-fields"
_EMBEDDED = "x-kubernetes-embedded-resource"
_INT_OR_STRING = "x-kubernetes-int-or-string"


def shape_of(schema: Any) -> Shape:
    """What a structural schema says about types, fields and values; it has more to say, which is left out."""
    schema = mapping(schema)
    of = text(schema.get("type"))
    null = NULL if schema.get("nullable") is True else frozenset[type]()
    if of == "object":
        return _object(schema, null)
    if of == "array":
        return Shape(LIST | null, items=shape_of(schema.get("items")))
    if schema.get(_INT_OR_STRING) is True:
        types = SCALARS["integer"] | SCALARS["string"]
    elif of in SCALARS:
        types = SCALARS[of]
    else:
        return ANY
    values = tuple(v for v in listed(schema.get("enum")) if isinstance(v, str | int | float))
    return Shape(types | null, values=values)


def _object(schema: Fields, null: frozenset[type]) -> Shape:
    properties = mapping(schema.get("properties"))
    fields = {name: shape_of(part) for name, part in properties.items()}
    if schema.get(_EMBEDDED) is True:
        fields = {"apiVersion": ANY, "kind": ANY, "metadata": ANY} | fields
    more = schema.get("additionalProperties")
    rest = shape_of(more) if isinstance(more, dict) else ANY if more is True or schema.get(_KEEPS) is True else None
    required = tuple(
        name for name in texts(schema.get("required")) if name in fields and "default" not in mapping(properties[name])
    )
    return Shape(MAPPING | null, fields, rest, required=required)
