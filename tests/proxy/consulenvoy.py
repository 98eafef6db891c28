"""A real Envoy with a bootstrap and configuration as Consul gives them, and much that is wrong with it."""

import datetime
import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.proxy import envoy
from tests.proxy.envoy import Envoy, Fields

POD, SERVICE = "web-6d4cf56db6-x7k2p", "web"
NODE: Fields = {
    "id": f"{POD}-{SERVICE}-sidecar-proxy",
    "cluster": SERVICE,
    "metadata": {"node_name": "worker-1-virtual", "namespace": "default", "partition": "default"},
}
TRUST = "0a1b2c3d-0000-4000-8000-000000000001"
ANSWERS = {
    "config_dump": "/config_dump?include_eds",
    "clusters": "/clusters?format=json",
    "certs": "/certs",
    "server_info": "/server_info",
}
BAD_LUA = "function envoy_on_request(handle) this is not lua end"
TCP = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"
TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
AGGREGATE = "type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig"

# What its bootstrap takes out of the names of statistics, for Prometheus.
_OF_CLUSTER = r"[^.]+\.[^.]+\.internal\.[^.]+\.consul\.)"
TAGS: Sequence[Fields] = [
    {"tag_name": "consul.destination.service_subset", "regex": rf"^cluster\.((?:([^.]+)\.)?[^.]+\.{_OF_CLUSTER}"},
    {"tag_name": "consul.destination.service", "regex": rf"^cluster\.((?:[^.]+\.)?([^.]+)\.{_OF_CLUSTER}"},
]


def sni(service: str) -> str:
    """The name of the cluster of a service."""
    return f"{service}.default.dc1.internal.{TRUST}.consul"


def upstream(service: str, port: int) -> Fields:
    """The listener of an upstream that a pod lists."""
    proxy = {"@type": TCP, "stat_prefix": f"upstream.{service}", "cluster": sni(service)}
    chain = {"filters": [{"name": "envoy.filters.network.tcp_proxy", "typed_config": proxy}]}
    return {
        "name": f"{service}:127.0.0.1:{port}",
        "address": envoy.address("127.0.0.1", port),
        "filter_chains": [chain],
        "traffic_direction": "OUTBOUND",
    }


def aggregate(service: str, *parts: str) -> Fields:
    """A cluster that fails over from one to the next."""
    config = {"@type": AGGREGATE, "clusters": list(parts)}
    kind = {"name": "envoy.clusters.aggregate", "typed_config": config}
    return {"name": sni(service), "connect_timeout": "1s", "lb_policy": "CLUSTER_PROVIDED", "cluster_type": kind}


def listeners(ports: Sequence[int], *, bad: bool = False) -> list[Fields]:
    """Of db, payments, orders and cart; and with `bad` one that Envoy refuses."""
    found = [upstream(name, port) for name, port in zip(("db", "payments", "orders", "cart"), ports, strict=False)]
    public = envoy.http_listener("public_listener:127.0.0.1:0", [envoy.route("local_app")])
    refused = envoy.http_listener("extended:127.0.0.1:0", [envoy.answered(200)], filters=[envoy.lua(BAD_LUA)])
    return [public, *found, *([refused] if bad else [])]


def clusters(secured: Fields) -> list[Fields]:
    """There is none for orders, no endpoint of db, nobody behind payments, and of cart one part has somebody."""
    return [
        envoy.cluster("local_app", 8080),
        envoy.cluster(sni("db")),
        envoy.cluster(sni("payments"), 9, transport_socket=secured),
        aggregate("cart", f"failover-target~0~{sni('cart')}", f"failover-target~1~{sni('cart')}"),
        envoy.cluster(f"failover-target~0~{sni('cart')}"),
        envoy.cluster(f"failover-target~1~{sni('cart')}", 8080),
    ]


def secured(now: datetime.datetime, *, left: datetime.timedelta) -> Fields:
    """The certificate of a proxy that ends in a while, of three days, by an authority that does in ten years."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    def signed(name: str, days: float, ends: datetime.datetime, key: ec.EllipticCurvePrivateKey, uri: str) -> bytes:
        built = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named("pri-authority.consul"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(ends - datetime.timedelta(days=days))
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=days > 100, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)]), critical=False)
        )
        return built.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    domain = f"spiffe://{TRUST}.consul"
    root = signed("pri-authority.consul", 3650, now + datetime.timedelta(days=3000), authority, domain)
    leaf = signed("web", 3, now + left, own, f"{domain}/ns/default/dc/dc1/svc/{SERVICE}")
    key = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pair = {"certificate_chain": {"inline_string": leaf.decode()}, "private_key": {"inline_string": key.decode()}}
    context = {"tls_certificates": [pair], "validation_context": {"trusted_ca": {"inline_string": root.decode()}}}
    config = {"@type": TLS, "common_tls_context": context, "sni": sni("payments")}
    return {"name": "envoy.transport_sockets.tls", "typed_config": config}


def free_ports(number: int) -> list[int]:
    """Ports of loopback on which nobody listens."""
    held = [socket.socket() for _ in range(number)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


@contextmanager
def running(folder: Path, ports: Sequence[int], left: datetime.timedelta) -> Iterator[Envoy]:
    """The proxy, once it has refused a listener and failed to connect to payments; `left` is of its certificate."""
    own = secured(datetime.datetime.now(datetime.UTC), left=left)
    with envoy.running(folder, as_node=NODE, listeners=listeners(ports), clusters=clusters(own)) as started:
        started.wait("listener_manager.total_listeners_active", 5)
        started.listeners(listeners(ports, bad=True))
        started.wait("listener_manager.lds.update_rejected")
        call(started, ports[1])
        yield started


def call(proxy: Envoy, port: int) -> None:
    """Connect to an upstream, and wait until Envoy has found nobody behind it."""
    before = failures(proxy)
    with socket.create_connection(("127.0.0.1", port), timeout=envoy.PATIENCE):
        envoy.until(lambda: failures(proxy) > before, "a failed connection to payments")


def failures(proxy: Envoy) -> int:
    """How often Envoy could not connect to payments."""
    statuses = json.loads(proxy.get("/clusters?format=json"))["cluster_statuses"]
    hosts = next(s for s in statuses if s["name"] == sni("payments"))["host_statuses"]
    return sum(int(each.get("value", 0)) for h in hosts for each in h["stats"] if each["name"] == "cx_connect_fail")


def record(place: Path, folder: Path) -> None:
    """Write the answers of such a proxy under `place`, as fixtures/proxy/consul has them."""
    with running(folder, (15432, 19090, 19091, 19092), datetime.timedelta(hours=2)) as proxy:
        place.mkdir(parents=True, exist_ok=True)
        for answer, path in ANSWERS.items():
            found = json.loads(proxy.get(path))
            for part in found.get("configs", ()):
                part.get("bootstrap", {}).get("node", {}).pop("extensions", None)
            found.get("node", {}).pop("extensions", None)
            text = json.dumps(found, indent=1).replace(str(folder), "/etc/envoy")
            (place / f"{answer}.json").write_text(f"{text}\n")
