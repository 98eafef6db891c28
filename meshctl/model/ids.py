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

    def as_data(self, version: str) -> dict[str, str]:
        """The identity as reports have it, with the version that it was read in."""
        return {
            "cluster": self.cluster,
            "group": self.group,
            "version": version,
            "kind": self.kind,
            "namespace": self.namespace,
            "name": self.name,
        }

    def __str__(self) -> str:
        return f"{self.kind} {self.full_name}"
