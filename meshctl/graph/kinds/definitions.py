"""CustomResourceDefinitions: which kinds the cluster knows, in which versions."""

from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey


class CustomResourceDefinition(View):
    """A CustomResourceDefinition."""

    KINDS = (KindKey("apiextensions.k8s.io", "CustomResourceDefinition"),)

    @lazy
    def defines(self) -> KindKey:
        """The kind that it defines."""
        return KindKey(text(self.spec.get("group")), text(mapping(self.spec.get("names")).get("kind")))

    @lazy
    def served(self) -> tuple[str, ...]:
        """The versions that the API server answers for, in order."""
        return tuple(
            text(v.get("name")) for _, v in numbered(self.spec.get("versions")) if v.get("served") is not False
        )
