"""PeerAuthentications: whether the ports of a pod take TLS, plain connections or both."""

from collections.abc import Iterable, Iterator
from typing import Any

from meshctl.graph.fields import mapping, numbered
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.mesh import Missing
from meshctl.graph.mtls.peerpolicies import peer_policies
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig, number
from meshctl.proxy.drift.wants import Aspect, Want, want

_COVERS: tuple[Path, ...] = (
    ("filter_chains", "*", "filter_chain_match"),
    ("filter_chains", "*", "transport_socket"),
    ("filter_chains", "*", "name"),
    ("filter_chains",),
    ("listener_filters",),
)
_OWN_PORTS = frozenset({15006, 15001, 15008})
_MODES = {frozenset({True}): "STRICT", frozenset({False}): "DISABLE", frozenset({True, False}): "PERMISSIVE"}


def wants_of_authentication(viewer: Viewer) -> Iterator[Want]:
    """What the PeerAuthentication in force wants of the listener for inbound connections."""
    found = peer_policies(viewer.mesh).levels(viewer.namespace, viewer.labels)
    ports = {}
    if found and found[0].selector:
        ports = {port: mode for port, mode in found[0].port_modes.items() if mode}
    for port, mode in ports.items():
        yield want(found[0], ("spec", "portLevelMtls", str(port), "mode"), _mode(f"port {port}", only=port), mode)
    for policy in found:
        if policy.namespace != viewer.namespace and not _known_whole(viewer):
            return
        if policy.mode:
            yield want(policy, ("spec", "mtls", "mode"), _mode("all ports", but=ports), policy.mode)
            return


def _known_whole(viewer: Viewer) -> bool:
    """Whether the input has every PeerAuthentication of the namespace, so that one for the mesh is the last word."""
    nearer = Missing("PeerAuthentication", "", PeerAuthentication.KINDS, viewer.namespace)
    return viewer.mesh.absence_is_proven(nearer)


def _mode(shown: str, *, only: Any = None, but: Iterable[Any] = ()) -> Aspect:
    excluded = frozenset(but)

    def read(listener: Any) -> str | None:
        ports: dict[Any, set[bool]] = {}
        for _, chain in numbered(mapping(listener).get("filter_chains")):
            port = number(dig(chain, "filter_chain_match", "destination_port"))
            if port in _OWN_PORTS or port in excluded or (only is not None and port != only):
                continue
            tls = bool(chain.get("transport_socket")) or dig(chain, "filter_chain_match", "transport_protocol") == "tls"
            ports.setdefault(port, set()).add(tls)
        modes = {_MODES[frozenset(found)] for found in ports.values()}
        return ", ".join(sorted(modes)) or None

    return Aspect(f"filter_chains[{shown}]", read, _COVERS)
