"""`/debug/configz`: the resources that an istiod holds, as it holds them."""

from typing import Any

from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.proxy.envoy.answers import BrokenAnswer


def resources_of(value: Any, cluster: str = "") -> tuple[Resource, ...]:
    """The resources in an answer, without places in files. Raises BrokenAnswer."""
    listed = value.get("items", value.get("configs")) if isinstance(value, dict) else value
    if not isinstance(listed, list):
        raise BrokenAnswer("is JSON, but no list of resources")
    return tuple(found for each in listed if (found := _resource(each, cluster)))


def _resource(value: Any, cluster: str) -> Resource | None:
    metadata = value.get("metadata") if isinstance(value, dict) else None
    if not isinstance(metadata, dict):
        return None
    group, _, version = str(value.get("apiVersion", "")).rpartition("/")
    kind, name = value.get("kind"), metadata.get("name")
    if not isinstance(kind, str) or not isinstance(name, str):
        return None
    return Resource(ResourceId(cluster, group, kind, str(metadata.get("namespace", "")), name), version, value)
