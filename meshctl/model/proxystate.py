"""What one proxy runs, as its control plane and its own admin port say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProxyState:
    """One sidecar, gateway, waypoint or ztunnel. `namespace` and `name` are those of its pod."""

    cluster: str
    namespace: str
    name: str
