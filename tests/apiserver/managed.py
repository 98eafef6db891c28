"""The `managedFields` that a server adds to every object: as long as the object, and nothing for a reader."""

from collections.abc import Mapping
from typing import Any


def managed_fields(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who wrote which fields: one manager wrote all of them."""
    fields = _fields({key: value for key, value in data.items() if key not in ("apiVersion", "kind", "metadata")})
    return [
        {
            "manager": "unknown",
            "operation": "Update",
            "apiVersion": data["apiVersion"],
            "time": "2026-01-01T00:00:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": fields,
        }
    ]


def _fields(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {f"f:{key}": _fields(inner) for key, inner in value.items()}
    if isinstance(value, list):
        named = [item for item in value if isinstance(item, dict) and isinstance(item.get("name"), str)]
        return {f'k:{{"name":"{item["name"]}"}}': {".": {}, **_fields(item)} for item in named}
    return {}
