"""The certificates of Linkerd's control plane: trust anchors, issuer, webhooks; no key is ever looked at."""

import base64
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Secret
from meshctl.graph.kinds.linkerdcontrol import ValidatingWebhookConfiguration
from meshctl.graph.linkerd.config import linkerd_config_map, linkerd_namespace
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

ROOTS, BUNDLE = "linkerd-identity-trust-roots", "ca-bundle.crt"
ISSUER = "linkerd-identity-issuer"
WEBHOOKS: Mapping[str, str] = {
    "linkerd-proxy-injector": "linkerd-proxy-injector-webhook-config",
    "linkerd-sp-validator": "linkerd-sp-validator-webhook-config",
    "linkerd-policy-validator": "linkerd-policy-validator-webhook-config",
}
"""The Services behind Linkerd's webhooks, with the names of their configurations."""

# `linkerd check` warns at 60 days. What is renewed more often by itself is not warned of all its life.
_SOON = timedelta(days=60)
_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


class TrustRoots(NamedTuple):
    """The trust anchors of the control plane, in PEM, under `key` of a ConfigMap."""

    subject: ConfigMap
    key: str
    bundle: str


class Judged(NamedTuple):
    """What is wrong with a certificate, as a clause without its subject; `bad` for one that is of no use any more."""

    what: str
    bad: bool


class WebhookCertificate(NamedTuple):
    """A webhook at `path` of a configuration, and the Secret with the certificate that its server presents."""

    source: MutatingWebhookConfiguration | ValidatingWebhookConfiguration
    path: Path
    server: str
    secret: Secret


def certificate_texts(pem: str) -> frozenset[str]:
    """The certificates in a text, each without its line breaks: to tell whether two bundles hold the same."""
    return frozenset("".join(body.split()) for body in _BLOCK.findall(pem))


def trusted_texts(pem: str, now: datetime) -> frozenset[str]:
    """Those of them that have not expired; one that cannot be read counts."""
    return frozenset(
        "".join(block[1].split())
        for block in _BLOCK.finditer(pem)
        if not any(now > each.not_valid_after_utc for each in read_certificates(block[0].encode()))
    )


@index(ConfigMap)
def trust_roots(mesh: MeshGraph) -> TrustRoots | None:
    """The trust anchors of the control plane; None where they were not read."""
    namespace = linkerd_namespace(mesh)
    found = mesh.get(ConfigMap, namespace, ROOTS)
    return TrustRoots(found, BUNDLE, found.entries[BUNDLE]) if found and BUNDLE in found.entries else None


@index(Secret, ConfigMap)
def issuer_secret(mesh: MeshGraph) -> Secret | None:
    """The Secret with the issuer's certificate; None where it was not read."""
    return mesh.get(Secret, linkerd_namespace(mesh), ISSUER)


@index(MutatingWebhookConfiguration, ValidatingWebhookConfiguration, Secret, ConfigMap)
def webhook_certificates(mesh: MeshGraph) -> Sequence[WebhookCertificate]:
    """Linkerd's webhooks whose certificate was read."""
    return tuple(_webhooks(mesh))


def _webhooks(mesh: MeshGraph) -> Iterator[WebhookCertificate]:
    servers = {configuration: server for server, configuration in WEBHOOKS.items()}
    sources: tuple[MutatingWebhookConfiguration | ValidatingWebhookConfiguration, ...] = (
        *mesh.all(MutatingWebhookConfiguration),
        *mesh.all(ValidatingWebhookConfiguration),
    )
    for source in sources:
        if server := servers.get(source.name):
            for i, webhook in numbered(source.data.get("webhooks")):
                service = mapping(mapping(webhook.get("clientConfig")).get("service"))
                namespace = text(service.get("namespace")) or linkerd_namespace(mesh)
                names = (f"{server}-k8s-tls", f"{server}-tls")
                secrets = (mesh.get(Secret, namespace, name) for name in names)
                if secret := next((each for each in secrets if each), None):
                    yield WebhookCertificate(source, ("webhooks", i), server, secret)


def public_part(secret: Secret) -> bytes:
    """The certificate of a Secret; empty where it has none or none that can be read here."""
    for name in ("tls.crt", "crt.pem"):
        if value := secret.value(name):
            return value
    return b""


def ca_bundle(webhook: WebhookCertificate) -> bytes:
    """The authorities by which the API server judges the certificate of a webhook; empty where it has none."""
    fields = dict(numbered(webhook.source.data.get("webhooks")))[int(webhook.path[1])]
    try:
        return base64.b64decode(text(mapping(fields.get("clientConfig")).get("caBundle")), validate=True)
    except ValueError:
        return b""


def read_certificates(pem: bytes) -> "list[Certificate]":
    """The certificates in a text in PEM; none where it is no such text."""
    from cryptography.x509 import load_pem_x509_certificates

    with warnings.catch_warnings():
        # About odd serial numbers, which nobody minds.
        warnings.simplefilter("ignore")
        try:
            return load_pem_x509_certificates(pem)
        except ValueError:
            return []


def validity(certificate: "Certificate", now: datetime) -> Judged | None:
    """Whether a certificate has expired, does so soon, or is not valid yet."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > ends:
        return Judged(f"expired on {ends:%Y-%m-%d}", True)
    if now < begins:
        return Judged(f"is not valid before {begins:%Y-%m-%d}", True)
    if ends - now <= min(_SOON, (ends - begins) / 3):
        return Judged(f"expires on {ends:%Y-%m-%d}", False)
    return None


def algorithm_problem(certificate: "Certificate", *, rsa: bool) -> str:
    """What keeps Linkerd from using the key of a certificate, as a clause; empty if nothing. `rsa`: it may be RSA."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "has a key that cannot be read"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return ""
    if rsa and isinstance(key, RSAPublicKey):
        return "" if key.key_size in (2048, 4096) else f"has an RSA key of {key.key_size} bits"
    allowed = "ECDSA P-256 or RSA with 2048 or 4096 bits" if rsa else "ECDSA P-256"
    return f"has a key that is not {allowed}"


def is_signed_by(leaf: "Certificate", between: "Sequence[Certificate]", anchors: "Sequence[Certificate]") -> bool:
    """Whether a chain leads from a certificate to one of the anchors, over others that came with it."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    def signed(one: "Certificate", by: "Certificate") -> bool:
        try:
            one.verify_directly_issued_by(by)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            return False
        return True

    current, rest = leaf, list(between)
    while True:
        if current in anchors or any(signed(current, anchor) for anchor in anchors):
            return True
        above = next((each for each in rest if each != current and signed(current, each)), None)
        if above is None:
            return False
        rest.remove(above)
        current = above


def is_for(certificate: "Certificate", host: str) -> bool:
    """Whether a certificate names a host."""
    from cryptography.x509 import DNSName, DuplicateExtension, ExtensionNotFound, SubjectAlternativeName

    try:
        found = certificate.extensions.get_extension_for_class(SubjectAlternativeName)
    except (DuplicateExtension, ExtensionNotFound, ValueError):
        return False
    return host in found.value.get_values_for_type(DNSName)


def is_installed(mesh: MeshGraph) -> bool:
    """Whether the configuration of Linkerd was read, so that what belongs to it can be looked for."""
    return linkerd_config_map(mesh) is not None
