"""EnvoyFilters: changes to what istiod sends to the proxies."""

from collections.abc import Mapping
from itertools import takewhile

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, labels, listed, mapping, numbered, text
from meshctl.graph.kinds.networking import GROUP
from meshctl.graph.lazy import lazy
from meshctl.graph.selectors import matches
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

_GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"


class Patch(Struct, frozen=True):
    """One change. `path` is that of its operation, `target` the filter it is about, empty if it names none.

    `version` is the pattern of proxy versions that it is limited to; empty for all. `context` is ANY, SIDECAR_INBOUND,
    SIDECAR_OUTBOUND or GATEWAY; `listener` and `port` are those it is limited to, empty and None for all. `value` is
    what is put in.
    """

    path: Path
    apply_to: str
    operation: str
    target: str
    version: str
    context: str
    listener: str
    port: int | None
    value: Fields

    @property
    def written_name(self) -> str:
        """The name of the filter that is put in, or else of the one beside it; empty where nothing is put in."""
        return self.target if self.value else ""


class EnvoyFilter(View):
    """An EnvoyFilter."""

    KINDS = (KindKey(GROUP, "EnvoyFilter"),)

    @property
    def priority(self) -> int:
        """Its place in the order of application, 0 by default."""
        return integer(self.spec.get("priority")) or 0

    @lazy
    def patches(self) -> tuple[Patch, ...]:
        """Its changes in order, up to the first that says nothing to do: istiod refuses the whole then."""
        return tuple(
            Patch(
                path=("spec", "configPatches", i, "patch", "operation"),
                apply_to=text(change.get("applyTo")),
                operation=text(patch.get("operation")),
                target=_target(match, mapping(patch.get("value"))),
                version=text(mapping(match.get("proxy")).get("proxyVersion")),
                context=text(match.get("context")) or "ANY",
                listener=text(mapping(match.get("listener")).get("name")),
                port=integer(mapping(match.get("listener")).get("portNumber")),
                value=mapping(patch.get("value")),
            )
            for i, change in takewhile(_has_patch, numbered(self.spec.get("configPatches")))
            if (patch := mapping(change.get("patch"))) and (match := mapping(change.get("match"))) is not None
        )

    def applies_to(self, namespace: str, carried: Mapping[str, str], root_namespace: str) -> bool:
        """Whether it is for the proxies of such pods: by namespace, workload selector and target."""
        if self.namespace not in (namespace, root_namespace):
            return False
        if targets := listed(self.spec.get("targetRefs")):
            gateway = carried.get(_GATEWAY_NAME)
            return any(gateway and mapping(target).get("name") == gateway for target in targets)
        return matches(labels(mapping(self.spec.get("workloadSelector")).get("labels")), carried)


def _has_patch(numbered_change: tuple[int, Fields]) -> bool:
    return isinstance(numbered_change[1].get("patch"), dict)


def _target(match: Fields, value: Fields) -> str:
    """The name of the filter that is put in, or of the one that is looked for where nothing is."""
    within = mapping(mapping(mapping(match.get("listener")).get("filterChain")).get("filter"))
    return text(value.get("name")) or text(mapping(within.get("subFilter")).get("name")) or text(within.get("name"))
