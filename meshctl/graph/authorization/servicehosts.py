"""Which hosts of rules are services of the cluster."""

from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.namespaces import known_namespaces
from meshctl.graph.patterned import Patterned


@index(VirtualService)
def virtual_hosts(mesh: MeshGraph) -> Patterned:
    """The hosts of VirtualServices, in full."""
    domain = mesh.settings.cluster_domain
    return Patterned(_full(host, vs.namespace, domain) for vs in mesh.all(VirtualService) for _, host in vs.hosts)


def local_host(mesh: MeshGraph, written: str, namespace: str) -> str:
    """The FQDN of the Service that a host in a policy of that namespace means.

    Empty for one that is of no Service, or may not be: with a wildcard, an address, `localhost`, a name outside the
    cluster, and a short name where the policy is for workloads of all namespaces.
    """
    host = written.lower().removesuffix(":*").partition(":")[0].rstrip(".")
    domain = mesh.settings.cluster_domain
    name, dot, rest = host.removesuffix(f".svc.{domain}").removesuffix(".svc").partition(".")
    if "*" in host or not name or "." in rest or host == "localhost":
        return ""
    if not dot:
        return "" if namespace == mesh_config(mesh).root_namespace else hosts(mesh).of_service(name, namespace)
    is_full = host.endswith((".svc", f".svc.{domain}"))
    return hosts(mesh).of_service(name, rest) if is_full or known_namespaces(mesh).has(rest) else ""


def _full(host: str, namespace: str, domain: str) -> str:
    name, dot, rest = host.partition(".")
    return f"{name}.{rest if dot and '.' not in rest else namespace}.svc.{domain}" if "." not in rest else host
