"""TLS of a server: of Gateways, and of what a Sidecar takes in."""

from collections.abc import Iterator

from meshctl.graph.fields import Fields, listed, numbered, numbered_texts, text
from meshctl.graph.validation.fault import Fault
from meshctl.model.paths import Path

PASSTHROUGH = frozenset({"PASSTHROUGH", "AUTO_PASSTHROUGH"})
CREDENTIALS = (
    "serverCertificate",
    "privateKey",
    "caCertificates",
    "caCrl",
    "credentialName",
    "credentialNames",
    "caCertCredentialName",
    "tlsCertificates",
)

_NEED_CERTIFICATE = frozenset({"SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"})
_NEED_CA = frozenset({"MUTUAL", "OPTIONAL_MUTUAL"})
_OLD = frozenset({"TLSV1_0", "TLSV1_1"})
_MOST_CERTIFICATES = 2
_KEYS = ("ECDHE-ECDSA", "ECDHE-RSA")
_CIPHERS = frozenset(
    [f"{key}-{cipher}" for key in _KEYS for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")]
    + [f"{key}-{cipher}" for key in _KEYS for cipher in ("AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES256-SHA384")]
    + ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA", "ALL"]
)


def mode(tls: Fields) -> str:
    """How TLS ends: PASSTHROUGH where nothing is said."""
    return text(tls.get("mode")) or "PASSTHROUGH"


def server_tls(tls: Fields, path: Path) -> Iterator[Fault]:
    """Protocol versions, ciphers, and where the certificates are from."""
    yield from _ciphers(tls, path)
    how = mode(tls)
    given = [field for field in CREDENTIALS if tls.get(field)]
    if how == "ISTIO_MUTUAL":
        for field in given:
            yield Fault(
                (*path, field),
                f"With ISTIO_MUTUAL the certificates are Istio's own, and {field} is set.",
                f"Remove {field}, or choose another mode.",
            )
    elif how in PASSTHROUGH:
        for field in given:
            yield Fault(
                (*path, field),
                f"With {how} the proxy does not open TLS, so {field} is not used.",
                f"Remove {field}, or choose the mode SIMPLE or MUTUAL.",
                warning=True,
            )
    elif how in _NEED_CERTIFICATE:
        yield from _certificates(tls, path, how)


def _certificates(tls: Fields, path: Path, how: str) -> Iterator[Fault]:
    several = tls.get("tlsCertificates")
    by_name = [field for field in ("credentialName", "credentialNames") if tls.get(field)]
    by_file = ["serverCertificate"] if tls.get("serverCertificate") or tls.get("privateKey") else []
    sources = by_name + by_file + (["tlsCertificates"] if several else [])
    for field in sources[1:]:
        yield Fault((*path, field), f"Both {sources[0]} and {field} give certificates.", "Keep one of the two.")
    if how == "SIMPLE" and tls.get("caCrl"):
        yield Fault((*path, "caCrl"), "With SIMPLE no client shows a certificate that could be revoked.", "Use MUTUAL.")
    if len(listed(several)) > _MOST_CERTIFICATES:
        yield Fault(
            (*path, "tlsCertificates"),
            f"Of the {len(listed(several))} certificates only {_MOST_CERTIFICATES} are used, one RSA and one ECDSA.",
            "Remove the others.",
            warning=True,
        )
    if by_name:
        return
    if several:
        for i, pair in numbered(several):
            yield from _files(pair, (*path, "tlsCertificates", i), how)
    else:
        yield from _files(tls, path, how)
    if how in _NEED_CA and not tls.get("caCertificates") and not tls.get("caCertCredentialName"):
        yield Fault(
            (*path, "caCertificates"),
            f"With {how} clients are checked, and there is nothing to check them with.",
            "Set caCertificates, or take all from a Secret with credentialName.",
        )


def _files(pair: Fields, path: Path, how: str) -> Iterator[Fault]:
    for field in ("serverCertificate", "privateKey"):
        if not pair.get(field):
            yield Fault(
                (*path, field),
                f"TLS with the mode {how} needs a certificate, and there is neither credentialName nor {field}.",
                "Name a Secret with credentialName, or set serverCertificate and privateKey.",
            )


def _ciphers(tls: Fields, path: Path) -> Iterator[Fault]:
    suites = tls.get("cipherSuites")
    if text(tls.get("minProtocolVersion")) in _OLD and not suites:
        yield Fault(
            (*path, "minProtocolVersion"),
            f"{tls['minProtocolVersion']} is allowed, and none of the default ciphers works with it.",
            "Add cipherSuites that do, or require TLSV1_2.",
            warning=True,
        )
    seen: set[str] = set()
    for i, suite in numbered_texts(suites):
        place = (*path, "cipherSuites", i)
        if not set(suite.strip("[]").split("|")) <= _CIPHERS:
            yield Fault(place, f"{suite!r} is no cipher that Envoy knows; it is left out.", "Correct it.", warning=True)
        elif suite in seen:
            yield Fault(place, f"The cipher {suite} stands twice.", "Remove one of the two.", warning=True)
        seen.add(suite)
