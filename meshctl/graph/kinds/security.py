"""Istio's security kinds."""

from collections.abc import Mapping

from meshctl.graph.fields import Fields, labels, mapping, numbered
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey

GROUP = "security.istio.io"


class RequestAuthentication(View):
    """A RequestAuthentication."""

    KINDS = (KindKey(GROUP, "RequestAuthentication"),)

    @lazy
    def selector(self) -> Mapping[str, str]:
        """Labels of the pods it is for; empty means the whole namespace."""
        return labels(mapping(self.spec.get("selector")).get("matchLabels"))

    @property
    def is_attached(self) -> bool:
        """True if it names its targets (`targetRef`, `targetRefs`) instead of selecting pods."""
        return bool(self.spec.get("targetRef") or self.spec.get("targetRefs"))

    @lazy
    def rules(self) -> tuple[Fields, ...]:
        """Its jwtRules in order."""
        return tuple(rule for _, rule in numbered(self.spec.get("jwtRules")))


class PeerAuthentication(View):
    """A PeerAuthentication."""

    KINDS = (KindKey(GROUP, "PeerAuthentication"),)
