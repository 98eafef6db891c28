"""TLS of DestinationRules: how a cluster secures its connections."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered, text, texts
from meshctl.graph.viewpoint.policies import Block
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig
from meshctl.proxy.drift.wants import Aspect, Want, want

_TLS_PLACE: Path = ("transport_socket", "typed_config")


def _tls_of(cluster: Any) -> Fields:
    config = mapping(dig(cluster, *_TLS_PLACE))
    # A wrapper, such as that for the PROXY protocol, has the socket inside.
    inner = dig(config, "transport_socket", "typed_config")
    return mapping(inner) if inner else config


def _mode(cluster: Any) -> str:
    common = mapping(_tls_of(cluster).get("common_tls_context"))
    if not common:
        return "by endpoint" if mapping(cluster).get("transport_socket_matches") else "DISABLE"
    names = {text(c.get("name")) for _, c in numbered(common.get("tls_certificate_sds_secret_configs"))}
    if "default" in names:
        return "ISTIO_MUTUAL"
    return "MUTUAL" if names or common.get("tls_certificates") else "SIMPLE"


def _verifies(cluster: Any) -> bool:
    common = mapping(_tls_of(cluster).get("common_tls_context"))
    own = mapping(common.get("validation_context"))
    combined = mapping(common.get("combined_validation_context"))
    return bool(
        own.get("trusted_ca")
        or own.get("system_root_certs") is not None
        or common.get("validation_context_sds_secret_config")
        or combined.get("validation_context_sds_secret_config")
        or dig(combined, "default_validation_context", "trusted_ca")
    )


def _names_of_server(cluster: Any) -> tuple[str, ...]:
    common = mapping(_tls_of(cluster).get("common_tls_context"))
    contexts = (
        common.get("validation_context"),
        dig(common, "combined_validation_context", "default_validation_context"),
    )
    return tuple(
        text(mapping(m.get("matcher", m)).get("exact"))
        for context in contexts
        for field in ("match_typed_subject_alt_names", "match_subject_alt_names")
        for _, m in numbered(mapping(context).get(field))
    )


def _own(cluster: Any) -> str | None:
    """The name by which the client's certificate is asked for."""
    common = mapping(_tls_of(cluster).get("common_tls_context"))
    names = [text(c.get("name")) for _, c in numbered(common.get("tls_certificate_sds_secret_configs"))]
    return names[0] if names else None


def _authority(cluster: Any) -> str | None:
    common = mapping(_tls_of(cluster).get("common_tls_context"))
    combined = dig(common, "combined_validation_context", "validation_context_sds_secret_config", "name")
    return text(combined or dig(common, "validation_context_sds_secret_config", "name")) or None


_CONTEXT: Path = (*_TLS_PLACE, "common_tls_context")
_MODE = Aspect("transport_socket", _mode, (("transport_socket",), ("transport_socket_matches",)))
_SNI = Aspect(
    "transport_socket.sni", lambda cluster: text(_tls_of(cluster).get("sni")) or None, ((*_TLS_PLACE, "sni"),)
)
_VERIFIED = Aspect(
    "transport_socket.validation_context",
    _verifies,
    tuple(
        (*_CONTEXT, f)
        for f in ("validation_context", "combined_validation_context", "validation_context_sds_secret_config")
    ),
)
_SERVER = Aspect("transport_socket.match_typed_subject_alt_names", _names_of_server, _VERIFIED.covers)

_OWN = Aspect(
    "transport_socket.tls_certificate_sds_secret_configs",
    _own,
    ((*_CONTEXT, "tls_certificate_sds_secret_configs"),),
)
_AUTHORITY = Aspect("transport_socket.validation_context_sds_secret_config", _authority, _VERIFIED.covers)


def wants_of_tls(block: Block) -> Iterator[Want]:
    """What `tls` wants; nothing where istiod decides by endpoint."""
    fields, path = block.fields, block.path
    if not fields:
        return
    mode = text(fields.get("mode")) or "DISABLE"
    yield want(block.source, (*path, "mode"), _MODE, mode)
    if mode == "DISABLE":
        return
    if mode in ("SIMPLE", "MUTUAL") or fields.get("sni"):
        yield want(block.source, (*path, "sni"), _SNI, text(fields.get("sni")) or None, rest=True)
    if "insecureSkipVerify" in fields and mode != "ISTIO_MUTUAL":
        verified = fields["insecureSkipVerify"] is not True
        yield want(block.source, (*path, "insecureSkipVerify"), _VERIFIED, verified, rest=True)
    if fields.get("subjectAltNames"):
        wanted = texts(fields["subjectAltNames"])
        yield want(block.source, (*path, "subjectAltNames"), _SERVER, wanted, each=True, rest=True)
    if mode in ("SIMPLE", "MUTUAL") and not fields.get("credentialName"):
        yield from _files(block, fields, path, mode)


def _files(block: Block, fields: Fields, path: Path, mode: str) -> Iterator[Want]:
    """Files are asked for by names that are made of their paths."""
    certificate, key = text(fields.get("clientCertificate")), text(fields.get("privateKey"))
    if mode == "MUTUAL" and certificate and key:
        wanted = f"file-cert:{certificate}~{key}"
        yield want(block.source, (*path, "clientCertificate"), _OWN, wanted, rest=True)
    authorities = text(fields.get("caCertificates"))
    if authorities not in ("", "system", "SYSTEM") and fields.get("insecureSkipVerify") is not True:
        yield want(block.source, (*path, "caCertificates"), _AUTHORITY, f"file-root:{authorities}", rest=True)
