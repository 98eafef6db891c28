"""How long it takes to compare many proxies, against reading and parsing the same dumps: one number, in one run.

    python -m bench.drift [--proxies 1000] [--megabytes 1] [--workloads 20] [--unlike] [--sent]

The dumps are made: one gateway's worth of Services, so many that a dump has the wanted size, for proxies of some
workloads; in one of 50 dumps a time-out differs. Seconds are those of the processor; the files are in its cache, so
that reading costs nothing, which it does where proxies are asked.

Without options most objects of most proxies are the same to the byte, as they are in a fleet with one Sidecar for
many: each is judged once and known by its digest from then on. This is the usual case.

`--unlike`: no object of a dump is the same to the byte as that of another, but the difference is in a field that no
resource asks for. Every object is decoded and looked at. This is the worst that a fleet without drift can be; proxies
of one workload that are so unlike are told to be.

`--sent`: istiod's answers for all workloads are there as well, and count as dumps. With `--unlike` proxies of one
workload are alike then, and unlike those of others: what differs from what is sent is drift.

When this was written drift took 0.6 to 0.9 of the time of reading and parsing with `json` without options, 0.7 to 1.0
with `--sent`, and 2.6 to 4.2 with `--unlike`: more than the 2 that are aimed at where dumps are files, and far less
where proxies run, as a real Envoy on loopback takes some 110 ms to write 1 MB. Of workloads 32 are kept in memory.
"""

import argparse
import gc
import json
import resource
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

import msgspec

from meshctl.graph.mesh import MeshGraph
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.proxy.drift.drift import drift
from meshctl.proxy.gather import Sources, gather
from meshctl.sources.snapshot import Snapshot

TYPE = "type.googleapis.com/envoy."
WORKLOADS = 20
ODD = 50


def main() -> None:
    """Make dumps, time both, print the ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--proxies", type=int, default=1000)
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--workloads", type=int, default=20)
    parser.add_argument("--sent", action="store_true", help="What istiod would send is known.")
    parser.add_argument("--unlike", action="store_true", help="Every object of every dump differs from all others.")
    arguments = parser.parse_args()
    # As the command line does.
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        services = _write(Path(folder), arguments)
        size = sum(f.stat().st_size for f in Path(folder).rglob("*.json")) / 1e6
        mesh = MeshGraph(Snapshot(resources=tuple(_resources(services))))
        gathered = gather(Sources(dumps=[folder]))
        for proxy in gathered.proxies[:10]:
            proxy.files["config_dump"]()
        parsed = {
            name: _timed(gathered, parse) for name, parse in (("msgspec", msgspec.json.decode), ("json", json.loads))
        }
        since = process_time()
        found = drift(mesh, gathered)
        took = process_time() - since
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{found.checked} proxies, {size:,.0f} MB, {services} services, {len(found.differences)} differences")
    for name, seconds in parsed.items():
        print(f"reading and parsing with {name}: {seconds:6.2f} s; drift {took:6.2f} s; ratio {took / seconds:.2f}")
    print(f"peak memory {peak:,.0f} MB")


def _timed(gathered: Any, parse: Any) -> float:
    since = process_time()
    for proxy in gathered.proxies:
        parse(proxy.files["config_dump"]())
    for plane in gathered.control_planes:
        for load in plane.files.values():
            parse(load())
    return process_time() - since


def _write(folder: Path, arguments: argparse.Namespace) -> int:
    one = len(json.dumps([_cluster(0, ""), _endpoints(0, ""), _virtual_host(0, 1)]))
    services = max(int(arguments.megabytes * 1_000_000) // one, 1)
    for p in range(arguments.proxies):
        workload = p % arguments.workloads
        mark = f"-{workload if arguments.sent else p}" if arguments.unlike else ""
        node = {
            "id": f"sidecar~10.0.0.1~w{workload}-5d99885bc9-p{p:04d}.shop~shop.svc.cluster.local",
            "metadata": {"LABELS": {"app": f"w{workload}"}, "NAMESPACE": "shop", "WORKLOAD_NAME": f"w{workload}"},
        }
        dump = _dump(services, 9 if p % ODD == 0 else 7, mark)
        dump["configs"].insert(0, {"@type": f"{TYPE}admin.v3.BootstrapConfigDump", "bootstrap": {"node": node}})
        (folder / f"w{workload}-5d99885bc9-p{p:04d}.config_dump.json").write_text(json.dumps(dump))
        if arguments.sent and p < arguments.workloads:
            (folder / f"istiod.config_dump.w{workload}.json").write_text(json.dumps(_dump(services, 7, mark)))
    return services


def _dump(services: int, seconds: int, mark: str) -> dict[str, Any]:
    hosts = [_virtual_host(i, seconds if i == 0 else 7, mark) for i in range(services)]
    return {
        "configs": [
            {
                "@type": f"{TYPE}admin.v3.ClustersConfigDump",
                "dynamic_active_clusters": [{"cluster": _cluster(i, mark)} for i in range(services)],
            },
            {
                "@type": f"{TYPE}admin.v3.EndpointsConfigDump",
                "dynamic_endpoint_configs": [{"endpoint_config": _endpoints(i, mark)} for i in range(services)],
            },
            {
                "@type": f"{TYPE}admin.v3.RoutesConfigDump",
                "dynamic_route_configs": [{"route_config": {"name": "80", "virtual_hosts": hosts}}],
            },
        ]
    }


def _host(i: int) -> str:
    return f"s{i}.shop.svc.cluster.local"


def _config(kind: str, i: int) -> dict[str, Any]:
    path = f"/apis/networking.istio.io/v1/namespaces/shop/{kind}/s{i}"
    return {"filter_metadata": {"istio": {"config": path}}}


def _cluster(i: int, mark: str) -> dict[str, Any]:
    name = f"outbound|80||{_host(i)}"
    limits = {"max_connections": 100, "max_pending_requests": 4294967295, "max_requests": 4294967295, "max_retries": 3}
    return {
        "@type": f"{TYPE}config.cluster.v3.Cluster",
        "name": name,
        "type": "EDS",
        "alt_stat_name": f"{name};{mark}",
        "eds_cluster_config": {"eds_config": {"ads": {}, "resource_api_version": "V3"}, "service_name": name},
        "connect_timeout": "10s",
        "lb_policy": "LEAST_REQUEST",
        "circuit_breakers": {"thresholds": [limits]},
        "common_lb_config": {"healthy_panic_threshold": {}},
        "metadata": _config("destination-rule", i),
    }


def _endpoints(i: int, mark: str) -> dict[str, Any]:
    address = {"socket_address": {"address": f"10.1.{i // 250}.{i % 250}", "port_value": 8080}}
    return {
        "@type": f"{TYPE}config.endpoint.v3.ClusterLoadAssignment",
        "cluster_name": f"outbound|80||{_host(i)}",
        "endpoints": [
            {"lb_endpoints": [{"endpoint": {"address": address, "hostname": mark}, "health_status": "HEALTHY"}]}
        ],
    }


def _virtual_host(i: int, seconds: int, mark: str = "") -> dict[str, Any]:
    route = {"cluster": f"outbound|80||{_host(i)}", "timeout": f"{seconds}s", "max_grpc_timeout": f"{seconds}s"}
    return {
        "name": f"{_host(i)}:80",
        "domains": [_host(i), f"s{i}", f"s{i}.shop", f"s{i}.shop.svc"],
        "routes": [
            {
                "name": "main",
                "match": {"prefix": "/"},
                "route": route,
                "metadata": _config("virtual-service", i),
                "decorator": {"operation": f"{_host(i)}:80/*{mark}"},
            }
        ],
    }


def _resources(services: int) -> Any:
    for i in range(services):
        port = {"name": "http", "port": 80, "targetPort": 8080}
        yield _resource(
            "", "Service", f"s{i}", {"clusterIP": "10.9.9.9", "selector": {"app": f"s{i}"}, "ports": [port]}
        )
        rule = {"tcp": {"maxConnections": 100}, "http": {"maxRetries": 3}}
        yield _resource(
            "networking.istio.io",
            "DestinationRule",
            f"s{i}",
            {"host": f"s{i}", "trafficPolicy": {"connectionPool": rule}},
        )
        routes = [{"name": "main", "timeout": "7s", "route": [{"destination": {"host": f"s{i}"}}]}]
        yield _resource("networking.istio.io", "VirtualService", f"s{i}", {"hosts": [f"s{i}"], "http": routes})
        data = {
            "metadata": {"name": f"s{i}", "namespace": "shop", "labels": {"kubernetes.io/service-name": f"s{i}"}},
            "ports": [{"name": "http", "port": 8080}],
            "endpoints": [{"addresses": [f"10.1.{i // 250}.{i % 250}"], "conditions": {"ready": True}}],
        }
        yield Resource(ResourceId("", "discovery.k8s.io", "EndpointSlice", "shop", f"s{i}"), "v1", data)


def _resource(group: str, kind: str, name: str, spec: dict[str, Any]) -> Resource:
    data = {"kind": kind, "metadata": {"name": name, "namespace": "shop"}, "spec": spec}
    return Resource(ResourceId("", group, kind, "shop", name), "v1", data)


if __name__ == "__main__":
    main()
