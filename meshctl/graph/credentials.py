"""The certificates that servers of Gateways present: which Secrets they are in, and who else presents them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, mapping, numbered, numbered_texts, text
from meshctl.graph.kinds.core import Secret
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.kinds.secretmaker import SecretMaker
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.workloads import workloads
from meshctl.model.paths import Path

Pairs = frozenset[tuple[str, str]]

_KUBERNETES = "kubernetes://"
# In these modes a server presents no certificate of its own, or that of the mesh.
_WITHOUT = frozenset({"PASSTHROUGH", "AUTO_PASSTHROUGH", "ISTIO_MUTUAL"})


class Certificate(Struct, frozen=True):
    """A certificate that a Gateway presents on a port: the name of a Secret, or the files of certificate and key."""

    cluster: str
    port: int | None
    names: tuple[str, ...]

    def __str__(self) -> str:
        return self.names[-1] if len(self.names) == 1 else " with ".join(self.names)


class CredentialUse(Struct, frozen=True):
    """A server of a Gateway that takes its certificate from a Secret.

    `namespaces` are those where it is looked for: the one that is stated, or those of the gateway's pods. `secrets` are
    the ones found. `made` says that something of the input makes it; `lacks_ca` that clients have to show certificates
    and nothing was found to verify them with.
    """

    gateway: Gateway
    path: Path
    name: str
    namespaces: tuple[str, ...]
    secrets: tuple[Secret, ...]
    made: bool
    lacks_ca: bool


@index(Gateway, Workload, Secret, SecretMaker)
def credential_uses(mesh: MeshGraph) -> tuple[CredentialUse, ...]:
    """Every Secret that a server names, where its pods are known. Other sources than Kubernetes are left out."""
    made = frozenset((maker.namespace, maker.secret) for maker in mesh.all(SecretMaker))
    homes: dict[Pairs, tuple[str, ...]] = {}
    found = []
    for gateway in mesh.all(Gateway):
        asked = frozenset(gateway.selector.items())
        if asked not in homes:
            homes[asked] = tuple(sorted({w.namespace for w in workloads(mesh).selected_by(gateway.selector)}))
        for tls, path, written in _credentials(gateway):
            place, name = written
            if homes[asked]:
                namespaces = (place,) if place else homes[asked]
                secrets = tuple(s for n in namespaces if (s := mesh.get(Secret, n, name)))
                lacks_ca = _wants_ca(tls) and not any(_has_ca(mesh, s, made) for s in secrets)
                is_made = any((n, name) in made for n in namespaces)
                found.append(CredentialUse(gateway, path, name, namespaces, secrets, is_made, lacks_ca))
    return tuple(found)


@index(Gateway)
def gateways_by_certificate(mesh: MeshGraph) -> dict[Certificate, dict[Pairs, dict[Gateway, Path]]]:
    """Certificate -> selector -> the Gateways that present it, in order, with the path of the field."""
    found: dict[Certificate, dict[Pairs, dict[Gateway, Path]]] = defaultdict(dict)
    for gateway in sorted(mesh.all(Gateway), key=lambda g: g.id):
        for port, path, names in _certificates(gateway):
            same = found[Certificate(gateway.cluster, port, names)].setdefault(frozenset(gateway.selector.items()), {})
            same.setdefault(gateway, path)
    return dict(found)


@index(Gateway)
def gateways_by_stated_certificate(mesh: MeshGraph) -> dict[Hashable, dict[Pairs, dict[Gateway, Path]]]:
    """The same for whatever certificate a server names, on any port and in any mode: one Secret, or a pair of files."""
    found: dict[Hashable, dict[Pairs, dict[Gateway, Path]]] = defaultdict(dict)
    for gateway in sorted(mesh.all(Gateway), key=lambda g: g.id):
        for i, server in numbered(gateway.spec.get("servers")):
            tls = mapping(server.get("tls"))
            files = text(tls.get("serverCertificate")), text(tls.get("privateKey"))
            named = text(tls.get("credentialName")) or (files if all(files) else "")
            if named:
                same = found[gateway.cluster, named].setdefault(frozenset(gateway.selector.items()), {})
                same.setdefault(gateway, ("spec", "servers", i, "tls"))
    return dict(found)


def narrower(selectors: Collection[Pairs]) -> Mapping[Pairs, list[Pairs]]:
    """For each selector those that ask for all that it asks for, itself among them: their pods are its pods."""
    uses = Counter(pair for selector in selectors for pair in selector)
    # A selector is looked for under its rarest pair, so that what many have in common costs nothing.
    by_rarest: dict[tuple[str, str] | None, list[Pairs]] = defaultdict(list)
    for selector in selectors:
        by_rarest[min(selector, key=lambda pair: (uses[pair], pair), default=None)].append(selector)
    found: dict[Pairs, list[Pairs]] = {selector: [] for selector in selectors}
    for selector in selectors:
        for pair in (None, *selector):
            for wider in by_rarest.get(pair, ()):
                if wider <= selector:
                    found[wider].append(selector)
    return found


def _servers(gateway: Gateway) -> Iterator[tuple[int | None, Path, Fields]]:
    """Port, path and settings of TLS of each server that presents a certificate."""
    for i, server in numbered(gateway.spec.get("servers")):
        tls = mapping(server.get("tls"))
        if tls and text(tls.get("mode")) not in _WITHOUT:
            yield integer(mapping(server.get("port")).get("number")), ("spec", "servers", i, "tls"), tls


def _names(path: Path, tls: Fields) -> Iterator[tuple[Path, tuple[str, str]]]:
    """Path, namespace (empty if none is stated) and name of each Secret; one name goes before a list of them."""
    if single := text(tls.get("credentialName")):
        written = [((*path, "credentialName"), single)]
    else:
        listed = numbered_texts(tls.get("credentialNames"))
        written = [((*path, "credentialNames", i), name) for i, name in listed]
    for where, name in written:
        place, _, short = name.removeprefix(_KUBERNETES).rpartition("/")
        if short and "/" not in place:
            yield where, (place, short)


def _credentials(gateway: Gateway) -> Iterator[tuple[Fields, Path, tuple[str, str]]]:
    for _, path, tls in _servers(gateway):
        for where, written in _names(path, tls):
            yield tls, where, written


def _certificates(gateway: Gateway) -> Iterator[tuple[int | None, Path, tuple[str, ...]]]:
    for port, path, tls in _servers(gateway):
        named = False
        for where, (place, name) in _names(path, tls):
            named = True
            yield port, where, (f"{place}/{name}" if place else name,)
        if not named:
            pairs = [((*path, "tlsCertificates", i), pair) for i, pair in numbered(tls.get("tlsCertificates"))]
            for where, pair in (*pairs, (path, tls)):
                files = text(pair.get("serverCertificate")), text(pair.get("privateKey"))
                if all(files):
                    yield port, (*where, "serverCertificate"), files


def _wants_ca(tls: Fields) -> bool:
    named = tls.get("caCertCredentialName") or tls.get("caCertificates")
    return text(tls.get("mode")) in ("MUTUAL", "OPTIONAL_MUTUAL") and not named


def _has_ca(mesh: MeshGraph, secret: Secret, made: Collection[tuple[str, str]]) -> bool:
    """The authority is in the Secret itself, or in one of its name with `-cacert` after it."""
    companion = f"{secret.name}-cacert"
    beside = mesh.get(Secret, secret.namespace, companion) or (secret.namespace, companion) in made
    return bool(beside) or not secret.keys.isdisjoint({"ca.crt", "cacert"})
