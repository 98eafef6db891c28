"""What a host name means to a caller: a Service, a ServiceEntry, or nothing that its proxy knows."""

from typing import Literal

from msgspec import Struct

from meshctl.graph.discovery import undiscovered
from meshctl.graph.fields import mapping, text
from meshctl.graph.hostnames import overlap
from meshctl.graph.hosts import EXPORT_TO, HostEntry, hosts
from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.view import View
from meshctl.graph.viewpoint.provided import Provided, ProvidedPort, provided
from meshctl.graph.viewpoint.scope import scope
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path

Why = Literal["seen", "not exported", "not imported", "not discovered", "nowhere"]


class Meaning(Struct, frozen=True):
    """What answers for an FQDN. `provider` is there unless nothing does; only `seen` by the proxy it has a route.

    `place` is the field that keeps it from being seen.
    """

    host: str
    why: Why
    provider: Provided | None = None
    subject: View | None = None
    path: Path = ()

    def port(self, number: int) -> ProvidedPort | None:
        """The port of that number."""
        return next((p for p in self.provider.ports if p.number == number), None) if self.provider else None

    @property
    def source(self) -> Service | ServiceEntry | None:
        """The Service or ServiceEntry."""
        return self.provider.source if self.provider else None


def full_name(mesh: MeshGraph, host: str, namespace: str) -> str:
    """The FQDN that a client in a namespace reaches by a name, as the DNS of the cluster completes it."""
    host = host.rstrip(".").lower()
    domain = mesh.settings.cluster_domain
    if host in provided(mesh) or host.endswith(f".svc.{domain}") or host.replace(".", "").isdecimal():
        return host
    name, dot, rest = host.partition(".")
    if not dot:
        return f"{host}.{namespace}.svc.{domain}" if namespace else host
    place = rest.removesuffix(".svc")
    known = mesh.get(Service, place, name) is not None or mesh.get(Namespace, "", place) is not None
    if "." not in place and (rest.endswith(".svc") or known):
        return f"{name}.{place}.svc.{domain}"
    return host


def alias_of(mesh: MeshGraph, host: str) -> tuple[Service, str] | None:
    """The Service with an external name that an FQDN is, and that name."""
    name, _, rest = host.partition(".")
    service = mesh.get(Service, rest.partition(".")[0], name) if rest.endswith(f".svc.{hosts(mesh).domain}") else None
    if service is None or service.type != "ExternalName":
        return None
    return service, full_name(mesh, text(service.spec.get("externalName")), service.namespace)


def unseen(found: Meaning, clients: str) -> tuple[str, str]:
    """Why the proxies of a namespace are not told of a host that there is, and what to do about it."""
    by = found.subject.id if found.subject else "the Sidecar"
    return {
        "not imported": (f"is not imported by {by}", "Add its host to the egress of the Sidecar."),
        "not discovered": (
            f"is in a namespace that no discovery selector of istiod selects ({by})",
            "Give the Namespace a label that discoverySelectors of the MeshConfig select.",
        ),
    }.get(found.why, (f"is not exported to namespace {clients}", f"Add {clients} to its exportTo."))


def meaning(viewer: Viewer, host: str) -> Meaning:
    """What an FQDN means to these proxies."""
    visible = scope(viewer)
    found = visible.hosts.get(host)
    everywhere = provided(viewer.mesh)
    if found is None and host in visible.open and host in everywhere:
        # A VirtualService that is imported brings its destinations along.
        found = next((p for p in everywhere[host] if viewer.may_see(p.scopes)), None)
    if found is None:
        wild = [h for h in visible.hosts if h.startswith("*") and overlap(h, host)]
        found = visible.hosts[max(wild, key=len)] if wild and host not in everywhere else None
    place = undiscovered(viewer.mesh).get(found.source.namespace) if found is not None else None
    if place is not None:
        return Meaning(host, "not discovered", found, place, ("metadata", "labels"))
    if found is not None:
        return Meaning(host, "seen", found)
    if host not in everywhere:
        return Meaning(host, "nowhere")
    exported = next((p for p in everywhere[host] if viewer.may_see(p.scopes)), None)
    if exported is None or visible.sidecar is None:
        hidden = everywhere[host][0]
        path = ("metadata", "annotations", EXPORT_TO) if isinstance(hidden.source, Service) else ("spec", "exportTo")
        return Meaning(host, "not exported", hidden, hidden.source, path)
    return Meaning(host, "not imported", exported, visible.sidecar, ("spec", "egress"))


def host_entry(mesh: MeshGraph, found: Meaning) -> HostEntry | None:
    """The same as those see it who ask about mutual TLS."""
    if found.source is None or found.provider is None:
        return None
    known = hosts(mesh)
    entry = known.find(found.provider.host, found.source.namespace) or known.hidden(found.provider.host, "")
    return entry if entry and found.source in entry.providers else HostEntry(found.host, (found.source,))


def outbound_mode(caller: Caller) -> tuple[str, View | None, Path]:
    """Whether a proxy lets requests for unknown hosts out: ALLOW_ANY or REGISTRY_ONLY, and what says so."""
    sidecar = scope(caller.viewer).sidecar
    path: Path = ("spec", "outboundTrafficPolicy")
    if sidecar is not None and isinstance(sidecar.spec.get("outboundTrafficPolicy"), dict):
        said = text(sidecar.spec["outboundTrafficPolicy"].get("mode"))
        return said or "REGISTRY_ONLY", sidecar, (*path, "mode") if said else path
    config = mesh_config(caller.viewer.mesh)
    mode = text(mapping(config.fields.get("outboundTrafficPolicy")).get("mode")) or "ALLOW_ANY"
    return mode, config.source if "outboundTrafficPolicy" in config.stated else None, ("data", "mesh")


def domain_of(mesh: MeshGraph, call: Call, namespace: str) -> str:
    """The FQDN of the host that a request names, by which proxies choose its routes."""
    return full_name(mesh, call.domain, namespace)
