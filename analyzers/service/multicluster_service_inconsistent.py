"""A Service is not the same in all clusters of the mesh.

Why: Istio merges Services of one name and namespace into one host. Where they differ, the ports and the type of one
cluster are used for the endpoints of all, so that requests go to ports that some endpoints do not have, or with the
wrong protocol.

Example:
    kind: Service   # in cluster east; in cluster west the port is called `tcp`
    metadata: {name: reviews, namespace: prod}
    spec:
      selector: {app: reviews}
      ports:
      - {name: http, port: 9080}

Fix: make type and ports equal in all clusters, or give the Service different names.

Silent when: the input holds one cluster only. Target ports, node ports and selectors may differ: they are each
cluster's own. Fields that are left out count as their defaults.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Service, Severity, analyzer, services_of_several_clusters

Shape = dict[tuple[str, int | None, str], str | None]


@analyzer("IST0170", "multicluster-service-inconsistent", Severity.WARNING, reads=(Service,), across_clusters=True)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for first, *others in services_of_several_clusters(mesh):
        for other in others:
            if differences := list(_differences(first, other)):
                path, _ = differences[0]
                yield Claim(
                    other,
                    path,
                    f"Service {other.full_name} differs between the clusters {first.cluster} and {other.cluster}:"
                    f" {'; '.join(text for _, text in differences)}. Istio takes both for one host.",
                    fix="Make type and ports of the Service equal in all clusters.",
                    related=(Also(first, ("spec",), f"the Service in cluster {first.cluster}"),),
                )
                break


def _differences(one: Service, other: Service) -> Iterator[tuple[tuple[str, ...], str]]:
    if one.is_headless != other.is_headless:
        which = one if one.is_headless else other
        yield ("spec", "clusterIP"), f"it is headless in {which.cluster} only"
    if one.type != other.type:
        yield ("spec", "type"), f"its type is {one.type} and {other.type}"
    if _ports(one) != _ports(other):
        yield ("spec", "ports"), f"its ports are {_shown(one)} and {_shown(other)}"


def _ports(service: Service) -> Shape:
    return {(p.name, p.number, p.protocol or "TCP"): p.app_protocol for p in service.ports}


def _shown(service: Service) -> str:
    parts = (
        "/".join(filter(None, (str(number), protocol, name, app)))
        for (name, number, protocol), app in sorted(_ports(service).items(), key=repr)
    )
    return ", ".join(parts) or "none"
