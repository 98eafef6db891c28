"""TLS towards a host, in DestinationRules."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import mapping, text
from meshctl.graph.validation.fault import Fault
from meshctl.model.paths import Path

_CONFIG_MAP = "configmap://"


def client_tls(value: Any, path: Path, namespace: str) -> Iterator[Fault]:
    """TLS settings of a client; `namespace` is that of the resource."""
    tls = mapping(value)
    mode, credential = tls.get("mode") or "DISABLE", text(tls.get("credentialName"))
    if credential.startswith(_CONFIG_MAP):
        place, slash, _ = credential.removeprefix(_CONFIG_MAP).rpartition("/")
        if slash and place != namespace:
            yield Fault(
                (*path, "credentialName"),
                f"{credential} is in another namespace, and only ConfigMaps of {namespace} can be read here.",
                f"Copy the ConfigMap to {namespace}.",
            )
    if tls.get("insecureSkipVerify") is True and mode in ("SIMPLE", "MUTUAL"):
        excluded = ("caCertificates", "subjectAltNames") + (("credentialName",) if mode == "SIMPLE" else ())
        yield from _exclude(tls, path, "insecureSkipVerify", excluded)
    if mode in ("SIMPLE", "MUTUAL") and credential:
        excluded = ("clientCertificate", "privateKey", "caCertificates", "caCrl")
        yield from _exclude(tls, path, "credentialName", excluded)
    elif mode == "MUTUAL":
        for field in ("clientCertificate", "privateKey"):
            if not tls.get(field):
                yield Fault(
                    (*path, field),
                    f"With MUTUAL the proxy shows a certificate, and {field} is not set.",
                    "Set clientCertificate and privateKey, or credentialName.",
                )


def _exclude(tls: Any, path: Path, by: str, excluded: tuple[str, ...]) -> Iterator[Fault]:
    for field in excluded:
        if tls.get(field):
            yield Fault((*path, field), f"{field} cannot stand beside {by}.", f"Remove {field} or {by}.")
