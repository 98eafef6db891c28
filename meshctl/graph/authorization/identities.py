"""Who a workload is for others: its principal, and the trust domains of the mesh."""

from collections.abc import Sequence

from meshctl.graph.authorization.patterns import fits
from meshctl.graph.fields import mapping, text, texts
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config

LOCAL = "cluster.local"
"""In policies it stands for the mesh's own trust domain, whatever that is called."""

_PARTS = 5


@index(ConfigMap)
def trust_domains(mesh: MeshGraph) -> tuple[str, ...]:
    """The trust domain of the mesh, then its aliases."""
    fields = mesh_config(mesh).fields
    return (text(fields.get("trustDomain")) or LOCAL, *texts(fields.get("trustDomainAliases")))


def service_account(workload: Workload | Machine) -> str:
    """The service account it runs as, `default` where nothing is said."""
    if isinstance(workload, Machine):
        inner = mapping(workload.spec.get("template"))
        return text(inner.get("serviceAccount")) or text(workload.spec.get("serviceAccount")) or "default"
    return workload.service_account


def principal_of(mesh: MeshGraph, workload: Workload | Machine) -> str:
    """The principal it shows in mTLS: `cluster.local/ns/shop/sa/web`."""
    return f"{trust_domains(mesh)[0]}/ns/{workload.namespace}/sa/{service_account(workload)}"


def parts_of(principal: str) -> tuple[str, str, str] | None:
    """Trust domain, namespace and service account of a principal or a pattern of it; None where it has other parts."""
    parts = principal.split("/")
    return (parts[0], parts[2], parts[4]) if len(parts) == _PARTS and parts[1::2] == ["ns", "sa"] else None


def with_aliases(pattern: str, domains: Sequence[str]) -> tuple[str, ...]:
    """The patterns that a sidecar looks for instead of one in a policy: for each trust domain of the mesh one.

    A pattern with a trust domain that is none of the mesh, or with any, stays as it is.
    """
    parts = pattern.split("/")
    domain = parts[0]
    if not domains or len(parts) != _PARTS or domain == "*" or not (domain == LOCAL or _is_one_of(domain, domains)):
        return (pattern,)
    found = (
        pattern if domain.startswith("*") and own.endswith(domain[1:]) else "/".join((own, *parts[1:]))
        for own in domains
    )
    return tuple(dict.fromkeys(found))


def _is_one_of(domain: str, domains: Sequence[str]) -> bool:
    return any(fits(domain, own) or fits(own, domain) for own in domains)
