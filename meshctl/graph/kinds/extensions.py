"""Code that is put into the proxies: WasmPlugins and TrafficExtensions."""

from meshctl.graph.kinds.policy import Policy
from meshctl.model.ids import KindKey

GROUP = "extensions.istio.io"


class WasmPlugin(Policy):
    """A WasmPlugin."""

    KINDS = (KindKey(GROUP, "WasmPlugin"),)


class TrafficExtension(Policy):
    """A TrafficExtension."""

    KINDS = (KindKey(GROUP, "TrafficExtension"),)
