"""A field that is not the same in the resources, in the control plane's answer and in the proxy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one proxy that drifted. `namespace` and `proxy` are those of its pod."""

    cluster: str
    namespace: str
    proxy: str
