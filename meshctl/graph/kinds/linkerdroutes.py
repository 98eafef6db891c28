"""Linkerd's own HTTPRoute, which is older than that of the Gateway API and like it."""

from meshctl.graph.fields import integer, numbered, text
from meshctl.graph.kinds.gateway_api import reference_kind
from meshctl.graph.kinds.gatewayroutes import GatewayRoute, ParentRef
from meshctl.graph.kinds.linkerd import GROUP, HTTP_ROUTE
from meshctl.graph.lazy import lazy
from meshctl.model.ids import KindKey


class LinkerdHttpRoute(GatewayRoute):
    """An HTTPRoute of policy.linkerd.io. A parent without a group is of that group."""

    KINDS = (HTTP_ROUTE,)

    @lazy
    def parents(self) -> tuple[ParentRef, ...]:
        """What it wants to attach to."""
        return tuple(
            ParentRef(
                path=("spec", "parentRefs", i),
                kind=reference_kind(ref, KindKey(GROUP, "Gateway")),
                namespace=text(ref.get("namespace")) or self.namespace,
                name=text(ref.get("name")),
                section=text(ref.get("sectionName")),
                port=integer(ref.get("port")),
            )
            for i, ref in numbered(self.spec.get("parentRefs"))
        )
