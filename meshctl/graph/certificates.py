"""What is wrong with the certificates that gateways take from Secrets; nothing of a key ever leaves this file."""

import warnings
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from meshctl.graph.credentials import credential_uses
from meshctl.graph.kinds.core import Secret
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.kinds.secretmaker import SecretMaker
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.ids import ResourceId
from meshctl.sources.keymarks import NO_KEY, UNKNOWN, key_mark, public_mark

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_SOON = timedelta(days=30)
_PAIRS = (("cert", "key"), ("tls.crt", "tls.key"))


class KeyPair(Struct, frozen=True):
    """The certificate of a Secret. `flaw` is a sentence about what is wrong with it, empty if nothing is.

    `of_key` says that the certificate is good, and its key is not. It is valid from `begins` to `ends`; None where it
    could not be read. `names` are the hosts that it is for.
    """

    flaw: str
    begins: datetime | None = None
    ends: datetime | None = None
    names: tuple[str, ...] = ()
    of_key: bool = False


def ends_soon(pair: KeyPair, now: datetime) -> bool:
    """Whether a certificate ends within 30 days, and within the last third of its validity."""
    if pair.begins is None or pair.ends is None:
        return False
    return pair.ends - now <= min(_SOON, (pair.ends - pair.begins) / 3)


@index(Gateway, Workload, Secret, SecretMaker)
def gateway_key_pairs(mesh: MeshGraph) -> Mapping[ResourceId, KeyPair]:
    """Certificates of the Secrets that Gateways use; those that are encrypted or filled in later are left out."""
    used = {secret.id: secret for use in credential_uses(mesh) for secret in use.secrets}
    read = ((name, key_pair(secret, mesh.settings.now)) for name, secret in used.items())
    return {name: pair for name, pair in read if pair}


def key_pair(secret: Secret, now: datetime) -> KeyPair | None:
    """The certificate of a Secret as it is now; None for one that is encrypted or filled in later."""
    for names in _PAIRS:
        values = [secret.value(name) for name in names]
        if None in values:
            return None
        certificate, key = (value or b"" for value in values)
        if certificate and key:
            return _checked(names, certificate, secret.key_mark(names[1]) or key_mark(key), now)
    keys = ", ".join(sorted(secret.keys)) or "nothing"
    return KeyPair(f"It needs a certificate and its key, as tls.crt and tls.key, and holds {keys}")


def _checked(names: tuple[str, str], certificate: bytes, mark: str, now: datetime) -> KeyPair:
    # Slow to import, and most meshes given as files hold no certificate at all.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import load_pem_x509_certificates

    with warnings.catch_warnings():
        # About odd serial numbers, which proxies take.
        warnings.simplefilter("ignore")
        try:
            leaf = load_pem_x509_certificates(certificate)[0]
            begins, ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
        except ValueError:
            return KeyPair(f"Its {names[0]} is no X.509 certificate in PEM")
        if now > ends:
            return KeyPair(f"Its certificate expired on {ends:%Y-%m-%d}", begins, ends)
        if now < begins:
            return KeyPair(f"Its certificate is not valid before {begins:%Y-%m-%d}", begins, ends)
        if mark == NO_KEY:
            no_key = f"Its {names[1]} is no private key in PEM, or asks for a passphrase"
            return KeyPair(no_key, begins, ends, of_key=True)
        try:
            fits = mark in (UNKNOWN, public_mark(leaf.public_key()))
        except (ValueError, UnsupportedAlgorithm):
            return KeyPair("", begins, ends, _hosts(leaf))
    flaw = "" if fits else f"Its {names[1]} is not the key of the certificate in {names[0]}"
    return KeyPair(flaw, begins, ends, _hosts(leaf), of_key=not fits)


def _hosts(certificate: "Certificate") -> tuple[str, ...]:
    """The names that clients compare with the host they asked for."""
    from cryptography.x509 import DNSName, ExtensionNotFound, SubjectAlternativeName

    try:
        found = certificate.extensions.get_extension_for_class(SubjectAlternativeName)
    except (ExtensionNotFound, ValueError):
        return ()
    return tuple(found.value.get_values_for_type(DNSName))
