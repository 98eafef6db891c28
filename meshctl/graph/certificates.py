"""What is wrong with the certificates that gateways take from Secrets; nothing of a key ever leaves this file."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from meshctl.graph.credentials import credential_uses
from meshctl.graph.kinds.core import Secret
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.kinds.secretmaker import SecretMaker
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.ids import ResourceId
from meshctl.sources.keymarks import NO_KEY, UNKNOWN, key_mark, public_mark

_PAIRS = (("cert", "key"), ("tls.crt", "tls.key"))


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The certificate of a Secret. `flaw` is a sentence about what is wrong with it, empty if nothing is.

    It is valid from `begins` to `ends`; None where it could not be read.
    """

    flaw: str
    begins: datetime | None = None
    ends: datetime | None = None


@index(Gateway, Workload, Secret, SecretMaker)
def gateway_key_pairs(mesh: MeshGraph) -> Mapping[ResourceId, KeyPair]:
    """Certificates of the Secrets that Gateways use; those that are encrypted or filled in later are left out."""
    used = {secret.id: secret for use in credential_uses(mesh) for secret in use.secrets}
    read = ((name, _key_pair(secret, mesh.settings.now)) for name, secret in used.items())
    return {name: pair for name, pair in read if pair}


def _key_pair(secret: Secret, now: datetime) -> KeyPair | None:
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
            return KeyPair(f"Its {names[1]} is no private key in PEM, or asks for a passphrase", begins, ends)
        try:
            fits = mark in (UNKNOWN, public_mark(leaf.public_key()))
        except (ValueError, UnsupportedAlgorithm):
            return KeyPair("", begins, ends)
    return KeyPair("" if fits else f"Its {names[1]} is not the key of the certificate in {names[0]}", begins, ends)
