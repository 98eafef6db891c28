"""A field that is not the same in the resources, in the control plane's answer and in the proxy."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path


class Sort(StrEnum):
    """What drifted."""

    FIELD = "field"
    ENDPOINT_MISSING = "endpoint-missing"
    ENDPOINT_GHOST = "endpoint-ghost"
    ENDPOINT_STATE = "endpoint-state"
    SIBLING = "sibling"
    REJECTION = "rejection"
    CERTIFICATE = "certificate"
    TRUST = "trust"


class Hop(StrEnum):
    """Between whom it was lost."""

    CONTROL_PLANE = "resources-to-control-plane"
    DELIVERY = "control-plane-to-proxy"
    UNKNOWN = "resources-to-proxy"
    SIBLINGS = "proxy-to-proxy"


class Difference(Struct, frozen=True):
    """One thing that drifted, on all proxies where it did. `proxies` are `POD.NAMESPACE`, sorted, each once.

    `resource` and `path` are the field that asks for it, as far as one does. `objects` are what the proxies have it in,
    as `cluster outbound|80||web.shop.svc.cluster.local`, and `field` is where in there, in Envoy's words. `desired`,
    `sent` and `running` are plain values, alike where they mean the same; None is "not there", for `sent` also
    "not known", which the hop tells. `explained` is what makes it no fault: an EnvoyFilter.
    """

    sort: Sort
    hop: Hop
    resource: ResourceId | None
    path: Path
    field: str
    desired: Any
    sent: Any
    running: Any
    reason: str
    fix: str
    objects: tuple[str, ...]
    proxies: tuple[str, ...] = ()
    explained: ResourceId | None = None
