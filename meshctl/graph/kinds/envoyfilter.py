"""EnvoyFilters: changes to what istiod sends to the proxies."""

from dataclasses import dataclass

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.kinds.networking import GROUP
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path


@dataclass(frozen=True, slots=True)
class Patch:
    """One change. `path` is that of its operation, `target` the filter it is about, empty if it names none.

    `version` is the pattern of proxy versions that it is limited to; empty for all.
    """

    path: Path
    apply_to: str
    operation: str
    target: str
    version: str


class EnvoyFilter(View):
    """An EnvoyFilter."""

    KINDS = (KindKey(GROUP, "EnvoyFilter"),)

    @property
    def priority(self) -> int:
        """Its place in the order of application, 0 by default."""
        return integer(self.spec.get("priority")) or 0

    @lazy
    def patches(self) -> tuple[Patch, ...]:
        """Its changes in order, without those that say nothing to do."""
        return tuple(
            Patch(
                path=("spec", "configPatches", i, "patch", "operation"),
                apply_to=text(change.get("applyTo")),
                operation=text(patch.get("operation")),
                target=_target(mapping(change.get("match")), mapping(patch.get("value"))),
                version=text(mapping(mapping(change.get("match")).get("proxy")).get("proxyVersion")),
            )
            for i, change in numbered(self.spec.get("configPatches"))
            if (patch := mapping(change.get("patch")))
        )


def _target(match: Fields, value: Fields) -> str:
    """The name of the filter that is put in, or of the one that is looked for where nothing is."""
    within = mapping(mapping(mapping(match.get("listener")).get("filterChain")).get("filter"))
    return text(value.get("name")) or text(mapping(within.get("subFilter")).get("name")) or text(within.get("name"))
