"""What a client sends to a port of a host: plain bytes, mutual TLS of the mesh, TLS of its own, or HBONE."""

from typing import Literal, NamedTuple

from meshctl.graph.fields import mapping, text
from meshctl.graph.hosts import HostEntry
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.behind import behind, endpoint_port, is_external, is_headless
from meshctl.graph.mtls.clients import Client
from meshctl.graph.mtls.peerpolicies import peer_policies
from meshctl.graph.mtls.servers import TLS_MODE, carried_by, takes_mutual_tls, takes_tunnel, ways
from meshctl.graph.mtls.tlssettings import TlsSetting, tls_settings

Sent = Literal["plaintext", "mutual TLS", "own TLS", "HBONE", "unknown"]


class Sending(NamedTuple):
    """What is sent, and why. `rule` is what a DestinationRule in force says, None where there is none.

    `headless` says that the proxy decided for all pods of a headless Service at once.
    """

    what: Sent
    because: Because
    rule: TlsSetting | None = None
    headless: bool = False


def sends(
    mesh: MeshGraph,
    client: Client,
    host: HostEntry | None,
    port: int,
    server: Workload | Machine | None = None,
    subset: str = "",
) -> Sending:
    """What a client sends to `port` of a host, where the pods of `server` answer.

    Without a host the client calls the address of a pod. Without a server it is what clients send to most of the pods
    behind the host, which are taken to be ready for mutual TLS.
    """
    way = ways(mesh)(server) if server is not None else "sidecar"
    if client.way == "none":
        return Sending("plaintext", Because(f"{client} has no proxy: what it sends leaves as it is"))
    if client.way == "unknown":
        return Sending("unknown", Because(f"whether {client} gets a proxy depends on a Namespace that was not read"))
    if client.way == "ambient":
        return _from_ambient(mesh, client, server)
    if host is None:
        return Sending("plaintext", Because("calls to the address of a pod pass through the proxy as they are"))
    setting = tls_settings(mesh).of(client.namespace, host.host, host.namespaces, port, subset, client.labels)
    if setting is not None and setting.contested:
        text = f"several DestinationRules of namespace {setting.rule.namespace} for {host.host} say different things"
        return Sending("unknown", Because(text, setting.rule, setting.path), setting)
    if setting is not None and setting.mode:
        found = _told(client, setting)
    elif way == "unknown":
        return Sending("unknown", Because("it depends on whether the pods have a proxy"), setting)
    else:
        found = _by_itself(mesh, client, host, port, server, setting)
    if way == "ambient" and server is not None and found.what in ("plaintext", "mutual TLS") and not is_headless(host):
        # Whatever a rule says; TLS of one's own goes inside.
        return Sending("HBONE", Because(f"{server.id} is in ambient mode, and proxies speak HBONE to it"), setting)
    return found


def _told(client: Client, setting: TlsSetting) -> Sending:
    """What a DestinationRule makes a proxy send."""
    rule, mode = setting.rule, setting.mode
    because = Because(f"{rule.id} says {mode}", rule, (*setting.path, "mode"))
    if mode == "ISTIO_MUTUAL":
        return Sending("mutual TLS", because, setting)
    if mode == "DISABLE":
        if not text(mapping(setting.fields).get("mode")):
            because = Because(f"{rule.id} has tls without a mode, which means DISABLE", rule, setting.path)
        return Sending("plaintext", because, setting)
    credential = text(mapping(setting.fields).get("credentialName"))
    if credential and ":" not in credential and client.way == "sidecar" and rule.client_labels is None:
        said = f"{rule.id} names a credential, which sidecars leave out together with all TLS unless it selects pods"
        return Sending("plaintext", Because(said, rule, (*setting.path, "credentialName")), setting)
    return Sending("own TLS", because, setting)


def _by_itself(
    mesh: MeshGraph,
    client: Client,
    host: HostEntry,
    port: int,
    server: Workload | Machine | None,
    setting: TlsSetting | None,
) -> Sending:
    """What a proxy sends that is told nothing: mutual TLS where the server takes it, if auto mutual TLS is on."""
    unsaid = f"{setting.rule.id} says nothing of TLS" if setting else f"no DestinationRule is for {host.host}"
    if is_external(host):
        return Sending("plaintext", Because(f"{unsaid}, and {host.host} is outside the mesh", host.first), setting)
    if not auto_mutual_tls(mesh):
        config = mesh_config(mesh).source
        return Sending("plaintext", Because(f"{unsaid}, and enableAutoMtls is off", config), setting)
    wide = peer_policies(mesh).of_namespace(host.first.namespace)
    if wide.contested:
        said = f"{unsaid}, and several PeerAuthentications of one place say different things"
        return Sending("unknown", Because(said, wide.contested[0]), setting)
    if wide.mode == "DISABLE" and wide.policy:
        said = f"{unsaid}, and by {wide.policy.id} clients of namespace {host.first.namespace} use none"
        return Sending("plaintext", Because(said, wide.policy, wide.path), setting)
    if is_headless(host) and client.way == "sidecar":
        return _to_headless(mesh, host, unsaid, setting)
    if server is None:
        return Sending("mutual TLS", Because(f"{unsaid}: auto mutual TLS"), setting)
    return _to_pod(mesh, server, endpoint_port(host, port, server), unsaid, setting)


def _to_headless(mesh: MeshGraph, host: HostEntry, unsaid: str, setting: TlsSetting | None) -> Sending:
    """The proxy cannot tell the pods apart: it uses mutual TLS for all or none."""
    answering = behind(mesh)(host)
    if any(each.way in ("unknown", "ambient") for each in answering):
        said = f"{host.host} is headless, and whether each of its pods has a sidecar is not known"
        return Sending("unknown", Because(said), setting)
    for server, way, _ in answering:
        if way != "sidecar" or not takes_mutual_tls(server):
            said = f"{server.id} takes no mutual TLS, so that none of the pods gets it"
            return Sending("plaintext", Because(said, server), setting, headless=True)
    if not answering:
        return Sending("unknown", Because(f"{host.host} is headless, and no pod of it is known"), setting)
    return Sending("mutual TLS", Because("all of its pods have a sidecar"), setting, headless=True)


def _to_pod(
    mesh: MeshGraph, server: Workload | Machine, port: int | None, unsaid: str, setting: TlsSetting | None
) -> Sending:
    """Auto mutual TLS looks at the pod."""
    if ways(mesh)(server) != "sidecar":
        return Sending("plaintext", Because(f"{unsaid}, and {server.id} has no sidecar", server), setting)
    if not takes_mutual_tls(server):
        said = f"{unsaid}, and the label {TLS_MODE} of {server.id} is not istio"
        return Sending("plaintext", Because(said, server), setting)
    own = peer_policies(mesh).of_workload(server.namespace, carried_by(server), port or 0)
    if own.mode == "DISABLE" and own.policy:
        return Sending(
            "plaintext", Because(f"{unsaid}, and {own.policy.id} says DISABLE", own.policy, own.path), setting
        )
    return Sending("mutual TLS", Because(f"{unsaid}: auto mutual TLS"), setting)


def _from_ambient(mesh: MeshGraph, client: Client, server: Workload | Machine | None) -> Sending:
    """What ztunnel sends; it knows no DestinationRule, and no mutual TLS but HBONE."""
    if server is None:
        return Sending("unknown", Because("ztunnel looks at the pod, and which one answers is not known"))
    way = ways(mesh)(server)
    if way in ("ambient", "sidecar"):
        takes = True if way == "ambient" else takes_tunnel(mesh, server)
        if takes is None:
            return Sending("unknown", Because(f"whether the sidecar of {server.id} takes HBONE is not known"))
        if takes:
            return Sending("HBONE", Because(f"ztunnel of {client} speaks HBONE to {server.id}"))
        return Sending(
            "plaintext", Because(f"the sidecar of {server.id} takes no HBONE, the only one ztunnel speaks", server)
        )
    if way == "unknown":
        return Sending(
            "unknown", Because(f"whether {server.id} is in the mesh depends on a Namespace that was not read")
        )
    return Sending(
        "plaintext", Because(f"{server.id} is not in the mesh: ztunnel passes on what the application sends")
    )


@index(ConfigMap)
def auto_mutual_tls(mesh: MeshGraph) -> bool:
    """Whether proxies that are told nothing use mutual TLS where they can: enableAutoMtls of the MeshConfig."""
    return mesh_config(mesh).fields.get("enableAutoMtls") is not False
