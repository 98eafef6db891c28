"""What may be known of a private key by everybody: which public key belongs to it."""

import re
from typing import Any

NO_KEY = "no-key"
UNKNOWN = "unknown"
_MARK = re.compile(rf"sha256:[0-9a-f]{{64}}|{NO_KEY}|{UNKNOWN}")


def key_mark(key: bytes) -> str:
    """The mark of a private key in PEM: the digest of its public key, NO_KEY for what is none, or UNKNOWN.

    A key that asks for a passphrase is NO_KEY, one of an algorithm that cannot be read here is UNKNOWN. Nothing can be
    told from a mark but whether a certificate is the key's.
    """
    # Slow to import, and most meshes given as files hold no certificate at all.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return public_mark(load_pem_private_key(key, None, unsafe_skip_rsa_key_validation=True).public_key())
    except (ValueError, TypeError):
        return NO_KEY
    except UnsupportedAlgorithm:
        return UNKNOWN


def public_mark(public_key: Any) -> str:
    """The mark of every private key that belongs to a public key of `cryptography`."""
    from hashlib import sha256

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    encoded = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"sha256:{sha256(encoded).hexdigest()}"


def is_mark(text: str) -> bool:
    """Whether a text is a mark and can hold nothing else."""
    return _MARK.fullmatch(text) is not None
