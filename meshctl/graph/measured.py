"""The workloads of measured latencies, and their routes in words."""

import re
from collections.abc import Iterator

from meshctl.graph.kinds.workload import Pod, Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.workloads import owners
from meshctl.model.ids import ResourceId
from meshctl.model.latency import Change, Percentile, RouteLatency
from meshctl.model.resource import Resource

_KINDS = ("Deployment", "StatefulSet", "DaemonSet", "Rollout", "ReplicaSet", "Job", "CronJob")
_CLUSTER = re.compile(r"(?P<direction>in|out)bound\|(?P<port>\d+)\|(?P<subset>[^|]*)\|(?P<host>.*)")


def measured_workload(mesh: MeshGraph, latency: RouteLatency) -> Workload | None:
    """What manages the proxies that measured, or the pod of the only one.

    A pod that is not in the input is made up: it has a name and no place in any file. None for requests of a probe,
    and for several pods of a workload that is not in the input.
    """
    for kind in _KINDS:
        if found := owners(mesh).get((latency.cluster, latency.namespace, kind, latency.workload)):
            return found
    if pod := owners(mesh).get((latency.cluster, latency.namespace, "Pod", latency.proxy)):
        return pod
    if latency.proxy in ("", latency.workload):
        return None
    identity = ResourceId(latency.cluster, "", "Pod", latency.namespace, latency.proxy)
    metadata = {"name": latency.proxy, "namespace": latency.namespace}
    return Pod(Resource(identity, "v1", {"metadata": metadata}))


def limited_changes(mesh: MeshGraph) -> Iterator[tuple[RouteLatency, Change]]:
    """The changes that a limit was set for.

    What is told of whole requests at a listener is not told again of the same requests on their way upstream.
    """
    told = {
        (_side(each), change.after.q, change.limit, change.exceeded)
        for each in mesh.facts.latencies
        for change in each.changes
        if each.span == "downstream"
    }
    for each in mesh.facts.latencies:
        for change in each.changes:
            again = each.span in ("upstream", "route") and (
                (_side(each), change.after.q, change.limit, change.exceeded) in told
            )
            if change.limit and not again:
                yield each, change


def _side(each: RouteLatency) -> tuple[str, str, str, bool]:
    return each.cluster, each.namespace, each.workload, each.route.startswith("inbound")


def measured_route(latency: RouteLatency) -> str:
    """`requests from web to reviews.bookinfo:9080 (v2)`."""
    where, route = latency.workload or latency.proxy, latency.route
    if latency.span.startswith("probe"):
        return f"requests to {route}"
    if found := _CLUSTER.fullmatch(route):
        subset = f" ({found['subset']})" if found["subset"] else ""
        host = found["host"].removesuffix(".svc.cluster.local")
        target = f"{host}:{found['port']}{subset}" if found["direction"] == "out" else f"its port {found['port']}"
        return f"requests from the proxy of {where} to {target}"
    if latency.span == "downstream":
        return f"requests at listener {route} of {where}"
    if latency.span in ("destination", "waypoint", "inbound"):
        return f"requests for {route} at {where}"
    return f"requests from {where} to {route}"


def percentile_text(each: Percentile) -> str:
    """`12 ms`, `25 to 51 ms` where only its bucket is known, `more than 3,600,000 ms` beyond the highest."""
    if each.value is None or each.high is None:
        return f"more than {each.low:,.0f} ms"
    if each.high - each.low <= 0.15 * each.value:
        return f"{each.value:,.3g} ms" if each.value < 100 else f"{each.value:,.0f} ms"
    return f"{each.low:,.0f} to {each.high:,.0f} ms"
