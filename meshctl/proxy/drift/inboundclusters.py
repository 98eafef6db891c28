"""Clusters to the application itself: connection pools of DestinationRules for its Services hold there too."""

from collections.abc import Iterator

from meshctl.graph.kinds.core import Service
from meshctl.graph.viewpoint.policies import policy
from meshctl.graph.viewpoint.provided import ProvidedPort
from meshctl.graph.viewpoint.scope import scope
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.graph.workloads import services_by_selector
from meshctl.proxy.drift.connectionpool import wants_of_connections, wants_of_http
from meshctl.proxy.drift.wants import Want


def wants_of_inbound_cluster(viewer: Viewer, port: int) -> Iterator[Want]:
    """What resources want of `inbound|PORT||`; nothing where several Services lead there, or a Sidecar decides."""
    sidecar = scope(viewer).sidecar
    if sidecar and (sidecar.spec.get("ingress") or sidecar.spec.get("inboundConnectionPool")):
        return
    leading = list(_leading(viewer, port))
    if len(leading) != 1:
        return
    service, number = leading[0]
    host = f"{service.name}.{service.namespace}.svc.{viewer.domain}"
    found = policy(viewer, host, service.namespace, "", number)
    if found is not None:
        pool = found.block("connectionPool")
        yield from wants_of_connections(viewer, pool)
        # Whether the application speaks HTTP/2 is not for its clients to say.
        yield from wants_of_http(pool, ProvidedPort(number, "", "", (), ()))


def _leading(viewer: Viewer, port: int) -> Iterator[tuple[Service, int]]:
    for service in services_by_selector(viewer.mesh).selecting(viewer.labels, viewer.namespace):
        for each in service.ports:
            if each.number is not None and (each.number if each.target is None else each.target) == port:
                yield service, each.number
