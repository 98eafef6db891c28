"""The authorities that Gateways check certificates by: those of backends, and those of clients."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.core import ConfigMap, Secret
from meshctl.graph.kinds.gateway_api import (
    BackendTlsPolicy,
    ListenerOwner,
    ReferenceGrant,
    reference_kind,
)
from meshctl.graph.kinds.secretmaker import SecretMaker, TrustBundle
from meshctl.graph.kubernetesgateway.grants import grants
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

_CONFIG_MAP, _SECRET = KindKey("", "ConfigMap"), KindKey("", "Secret")
_KEYS = frozenset({"ca.crt", "cacert"})


class Authority(Struct, frozen=True):
    """A reference to a ConfigMap or Secret with the certificate of an authority.

    `found` is what it names; `made` says that something of the input makes that, `complete` that it has `ca.crt`.
    """

    subject: View
    path: Path
    kind: KindKey
    namespace: str
    name: str
    found: ConfigMap | Secret | None
    made: bool
    permitted: bool

    @property
    def complete(self) -> bool:
        """Whether it has the certificate."""
        if isinstance(self.found, Secret):
            return not self.found.keys.isdisjoint(_KEYS)
        if self.found is None:
            return False
        return any("ca.crt" in mapping(self.found.data.get(field)) for field in ("data", "binaryData"))

    def __str__(self) -> str:
        return f"{self.kind.kind} {self.namespace}/{self.name}"


@index(BackendTlsPolicy, ListenerOwner, ConfigMap, Secret, SecretMaker, TrustBundle, ReferenceGrant)
def authorities(mesh: MeshGraph) -> tuple[Authority, ...]:
    """Every reference to an authority, of policies for backends and of Gateways, in document order."""
    made = _made(mesh)
    found = []
    of_backends = ((policy, policy.authorities) for policy in mesh.all(BackendTlsPolicy))
    of_clients = ((owner, tuple(_of_clients(owner))) for owner in mesh.all(ListenerOwner))
    for subject, refs in (*of_backends, *of_clients):
        for path, ref in refs:
            kind = reference_kind(ref, _CONFIG_MAP)
            namespace, name = text(ref.get("namespace")) or subject.namespace, text(ref.get("name"))
            if kind in (_CONFIG_MAP, _SECRET) and name:
                own = (namespace, name) in made or ("", name) in made
                permitted = grants(mesh).permit((subject.id.kind_key, subject.namespace), (kind, namespace, name))
                held = _held(mesh, kind, namespace, name)
                found.append(Authority(subject, path, kind, namespace, name, held, own, permitted))
    return tuple(found)


def _held(mesh: MeshGraph, kind: KindKey, namespace: str, name: str) -> ConfigMap | Secret | None:
    return mesh.get(ConfigMap, namespace, name) if kind == _CONFIG_MAP else mesh.get(Secret, namespace, name)


def _of_clients(owner: ListenerOwner) -> Iterator[tuple[Path, Fields]]:
    for listener in owner.listeners:
        validation = mapping(listener.tls.get("frontendValidation"))
        yield from _refs((*listener.path, "tls", "frontendValidation"), validation)
    path: Path = ("spec", "tls", "frontend")
    frontend = mapping(mapping(owner.spec.get("tls")).get("frontend"))
    yield from _refs((*path, "default", "validation"), mapping(mapping(frontend.get("default")).get("validation")))
    for i, port in numbered(frontend.get("perPort")):
        validation = mapping(mapping(port.get("tls")).get("validation"))
        yield from _refs((*path, "perPort", i, "tls", "validation"), validation)


def _refs(path: Path, validation: Fields) -> Iterator[tuple[Path, Fields]]:
    for i, ref in numbered(validation.get("caCertificateRefs")):
        yield (*path, "caCertificateRefs", i), ref


def _made(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    """Namespace and name of what others make; bundles make one in many namespaces."""
    secrets = {(maker.namespace, maker.secret) for maker in mesh.all(SecretMaker)}
    return frozenset(secrets | {("", bundle.name) for bundle in mesh.all(TrustBundle)})
