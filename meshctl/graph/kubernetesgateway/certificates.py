"""The certificates that listeners of the Gateway API present."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from meshctl.graph.certificates import KeyPair, key_pair
from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.kinds.core import Secret
from meshctl.graph.kinds.gateway_api import KubernetesListener, ListenerOwner, ReferenceGrant, reference_kind
from meshctl.graph.kinds.secretmaker import SecretMaker
from meshctl.graph.kubernetesgateway.grants import grants
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.paths import Path

SECRET = KindKey("", "Secret")

_ISTIOS_MODE = "gateway.istio.io/tls-terminate-mode"
_ISSUERS = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer")


class ListenerCertificate(Struct, frozen=True):
    """A reference of a listener to a Secret. `made` says that something of the input makes the Secret.

    `permitted` says that it is in the namespace of the listener or that a grant allows it.
    """

    owner: ListenerOwner
    listener: KubernetesListener
    path: Path
    namespace: str
    name: str
    secret: Secret | None
    made: bool
    permitted: bool

    @property
    def full_name(self) -> str:
        """`namespace/name` of the Secret."""
        return f"{self.namespace}/{self.name}"


def needs_certificate(listener: KubernetesListener) -> bool:
    """Whether a listener needs a certificate of its own: not those that pass TLS on or use that of the mesh."""
    mode = text(mapping(listener.tls.get("options")).get(_ISTIOS_MODE))
    return listener.ends_tls and not mode.startswith("ISTIO_")


@index(ListenerOwner, Secret, SecretMaker, ReferenceGrant)
def listener_certificates(mesh: MeshGraph) -> tuple[ListenerCertificate, ...]:
    """Every certificate that a listener takes from a Secret, in document order."""
    return tuple(
        found
        for owner in mesh.all(ListenerOwner)
        for listener in owner.listeners
        if needs_certificate(listener)
        for found in _certificates(mesh, owner, listener)
    )


def _certificates(mesh: MeshGraph, owner: ListenerOwner, listener: KubernetesListener) -> Iterator[ListenerCertificate]:
    made = _made_secrets(mesh)
    for i, ref in numbered(listener.tls.get("certificateRefs")):
        namespace, name = text(ref.get("namespace")) or owner.namespace, text(ref.get("name"))
        if reference_kind(ref, SECRET) == SECRET and name:
            yield ListenerCertificate(
                owner=owner,
                listener=listener,
                path=(*listener.path, "tls", "certificateRefs", i),
                namespace=namespace,
                name=name,
                secret=mesh.get(Secret, namespace, name),
                made=(namespace, name) in made or any(issuer in owner.annotations for issuer in _ISSUERS),
                permitted=grants(mesh).permit((owner.id.kind_key, owner.namespace), (SECRET, namespace, name)),
            )


@index(SecretMaker)
def _made_secrets(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    return frozenset((maker.namespace, maker.secret) for maker in mesh.all(SecretMaker))


@index(ListenerOwner, Secret, SecretMaker, ReferenceGrant)
def listener_key_pairs(mesh: MeshGraph) -> Mapping[ResourceId, KeyPair]:
    """Certificates of the Secrets that listeners use; those that are encrypted or filled in later are left out."""
    used = {c.secret.id: c.secret for c in listener_certificates(mesh) if c.secret and c.permitted}
    read = ((name, key_pair(secret, mesh.settings.now)) for name, secret in used.items())
    return {name: pair for name, pair in read if pair}


def certifies(pair: KeyPair, hostname: str) -> bool:
    """Whether clients take a certificate for a host; a wildcard of a certificate stands for one label."""
    return any(hostname == name or _covers(name, hostname) for name in pair.names)


def _covers(name: str, hostname: str) -> bool:
    label, dot, rest = hostname.partition(".")
    return bool(dot) and label != "*" and name == f"*.{rest}"
