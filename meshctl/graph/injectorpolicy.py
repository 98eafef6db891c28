"""What an injector does with a pod that says nothing itself, by its ConfigMap."""

from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.fields import Fields, numbered, text
from meshctl.graph.injector import injector_revision
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import yaml_mapping
from meshctl.graph.selectors import label_selector_matches


class InjectorPolicy(Struct, frozen=True):
    """`policy` is enabled or disabled; any other value switches injection off, also for pods that ask for it."""

    policy: str = "enabled"
    never: tuple[Fields, ...] = ()
    always: tuple[Fields, ...] = ()

    @property
    def legal(self) -> bool:
        """Whether the injector knows the value."""
        return self.policy in ("enabled", "disabled")

    @property
    def selectors(self) -> tuple[Fields, ...]:
        """All its selectors."""
        return (*self.never, *self.always)


@index(ConfigMap)
def injector_policies(mesh: MeshGraph) -> Mapping[str, InjectorPolicy]:
    """Policies by revision, of the injectors whose ConfigMap was read and is valid."""
    found: dict[str, InjectorPolicy] = {}
    for source in mesh.all(ConfigMap):
        revision = injector_revision(source)
        config = yaml_mapping(source.entries.get("config", "")) if revision else None
        if config:
            found[revision] = InjectorPolicy(
                policy=text(config.get("policy")),
                never=_selectors(config.get("neverInjectSelector")),
                always=_selectors(config.get("alwaysInjectSelector")),
            )
    return found


def selected(selectors: tuple[Fields, ...], labels: Mapping[str, str]) -> bool:
    """Whether one of an injector's selectors accepts these labels."""
    return any(label_selector_matches(selector, labels) for selector in selectors)


def _selectors(value: object) -> tuple[Fields, ...]:
    """The selectors that select by something: the injector skips empty ones."""
    return tuple(s for _, s in numbered(value) if s.get("matchLabels") or s.get("matchExpressions"))
