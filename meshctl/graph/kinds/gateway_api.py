"""The Kubernetes Gateway API's kinds."""

from meshctl.graph.fields import numbered, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey


class KubernetesGateway(View):
    """A Gateway of the Gateway API."""

    KINDS = (KindKey("gateway.networking.k8s.io", "Gateway"),)

    @lazy
    def hostnames(self) -> tuple[str, ...]:
        """Hostname of each listener; empty for a listener that takes every host."""
        return tuple(text(listener.get("hostname")) for _, listener in numbered(self.spec.get("listeners")))


class GatewayApiResource(View):
    """A resource of any of the kinds that Istio reads."""

    KINDS = tuple(
        KindKey("gateway.networking.k8s.io", kind)
        for kind in ("Gateway", "GatewayClass", "GRPCRoute", "HTTPRoute", "ReferenceGrant", "TCPRoute", "TLSRoute")
    )
