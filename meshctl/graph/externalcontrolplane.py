"""Where the API server looks for a control plane outside the cluster."""

import re
from urllib.parse import urlsplit

from meshctl.graph.kinds.webhookclient import Client, WebhookConfiguration
from meshctl.graph.mesh import MeshGraph, index

_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f]|%(?![0-9A-Fa-f]{2})")


@index(WebhookConfiguration)
def webhook_hosts(mesh: MeshGraph) -> tuple[tuple[WebhookConfiguration, Client, str], ...]:
    """Each webhook of Istio's that names no Service, with the host of its URL; empty where that is none."""
    return tuple(
        (configuration, client, _host(client.url or ""))
        for configuration in mesh.all(WebhookConfiguration)
        if configuration.is_istios
        for client in configuration.clients
        if client.url is not None or not client.has_service
    )


def is_malformed(url: str) -> bool:
    """Whether an address is no URL at all. One without a scheme is, unless a port stands where its path begins."""
    try:
        authority = urlsplit(url).netloc
    except ValueError:
        return True
    first = url.partition("/")[0]
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", first)
    _, _, port = re.sub(r"^.*\]", "", authority.rpartition("@")[2]).rpartition(":")
    bad_port = ":" in authority and bool(port) and not port.isdecimal() and "]" not in port
    return bad_port or bool(_NOT_IN_URL.search(url)) or (":" in first and not scheme)


def _host(url: str) -> str:
    """The host of an address that the API server can call: only https, with a port in range if any."""
    if is_malformed(url):
        return ""
    parts = urlsplit(url)
    try:
        in_range = parts.port != 0
    except ValueError:
        return ""
    return parts.hostname or "" if in_range and parts.scheme == "https" else ""
