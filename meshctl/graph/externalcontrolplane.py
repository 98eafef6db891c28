"""Where the API server looks for a control plane outside the cluster."""

from urllib.parse import urlsplit

from meshctl.graph.kinds.webhookclient import Client, WebhookConfiguration
from meshctl.graph.mesh import MeshGraph, index


@index(WebhookConfiguration)
def webhook_hosts(mesh: MeshGraph) -> tuple[tuple[WebhookConfiguration, Client, str], ...]:
    """Each webhook of Istio's that names no Service, with the host of its URL; empty where that is none."""
    return tuple(
        (configuration, client, _host(client.url))
        for configuration in mesh.all(WebhookConfiguration)
        if configuration.is_istios
        for client in configuration.clients
        if client.url or not client.has_service
    )


def _host(url: str) -> str:
    """The host of an address that the API server can call: only https, with a port in range if any."""
    try:
        parts = urlsplit(url)
        in_range = parts.port != 0
    except ValueError:
        return ""
    return parts.hostname or "" if in_range and parts.scheme == "https" else ""
