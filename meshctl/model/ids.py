"""What a resource is called: identity and kind, without version."""

from typing import NamedTuple


class KindKey(NamedTuple):
    """A kind without its version, as `("apps", "Deployment")`; the core group is empty."""

    group: str
    kind: str


class ResourceId(NamedTuple):
    """Identity of a resource. The version is not part of it: `v1` and `v1beta1` of one name are one object."""

    cluster: str
    group: str
    kind: str
    namespace: str
    name: str

    @property
    def kind_key(self) -> KindKey:
        """The kind without namespace and name."""
        return KindKey(self.group, self.kind)

    @property
    def full_name(self) -> str:
        """`namespace/name`, or `name` for a cluster-scoped resource."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def home(self) -> str:
        """The namespace this resource belongs to; a Namespace belongs to itself, other cluster-scoped ones to none."""
        return self.name if (self.group, self.kind) == ("", "Namespace") else self.namespace

    def __str__(self) -> str:
        return f"{self.kind} {self.full_name}"
