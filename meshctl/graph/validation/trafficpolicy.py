"""The traffic policy of a host, a subset or a port."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import structs

from meshctl.graph.fields import Fields, integer, listed, mapping, text
from meshctl.graph.validation.clienttls import client_tls
from meshctl.graph.validation.connectionpool import connection_pool, outlier_detection
from meshctl.graph.validation.fault import Fault, remembering
from meshctl.graph.validation.hosts import fqdn_or_ip
from meshctl.graph.validation.loadbalancer import load_balancer
from meshctl.graph.validation.ranges import needed_port, percent
from meshctl.model.paths import Path

_OF_PORTS = ("outlierDetection", "connectionPool", "loadBalancer", "tls")
_OF_HOSTS = (*_OF_PORTS, "portLevelSettings", "tunnel", "proxyProtocol", "retryBudget")


def traffic_policy(value: Any, path: Path, namespace: str) -> Iterable[Fault]:
    """The policy in a DestinationRule of a namespace; null and absent ones are good."""
    if not isinstance(value, dict):
        return ()
    # What TLS may refer to depends on the namespace, nothing else does: so all namespaces share one memory.
    faults = _remembering_policy(value, path)
    return (
        (*faults, *_credentials(value, path, namespace)) if "tls" in value or "portLevelSettings" in value else faults
    )


def _policy(value: Any, path: Path) -> Iterator[Fault]:
    if not any(value.get(field) not in (None, []) for field in _OF_HOSTS):
        yield Fault(path, "The traffic policy says nothing.", f"Add one of {', '.join(_OF_HOSTS)}, or remove it.")
    yield from _settings(value, path)
    if value.get("tunnel") is not None and value.get("proxyProtocol") is not None:
        yield Fault((*path, "proxyProtocol"), "tunnel and proxyProtocol exclude each other.", "Keep one of the two.")
    if isinstance(tunnel := value.get("tunnel"), dict):
        yield from _tunnel(tunnel, (*path, "tunnel"))
    if isinstance(budget := value.get("retryBudget"), dict):
        for fault in percent(budget.get("percent"), (*path, "retryBudget", "percent")):
            yield structs.replace(fault, unseen=True)
    for i, setting in enumerate(listed(value.get("portLevelSettings"))):
        place = (*path, "portLevelSettings", i)
        if not isinstance(setting, dict):
            yield Fault(place, "The settings of a port are null.", "Remove the item.")
            continue
        if not isinstance(setting.get("port"), dict):
            yield Fault(
                (*place, "port"), "It is not said for which port the settings are.", "Add `port: {number: ...}`."
            )
        else:
            for fault in needed_port(setting["port"].get("number"), (*place, "port", "number")):
                yield structs.replace(fault, unseen=True)
        if not any(setting.get(field) is not None for field in _OF_PORTS):
            yield Fault(place, "The settings of the port say nothing.", f"Add one of {', '.join(_OF_PORTS)}.")
        yield from unwarned(_settings(setting, place))


_remembering_policy = remembering(_policy)


def unwarned(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults of a part of which Istio refuses what is wrong, and does not say what it would advise against."""
    for fault in faults:
        yield structs.replace(fault, unseen=True) if fault.warning else fault


def _settings(value: Fields, path: Path) -> Iterator[Fault]:
    if isinstance(pool := value.get("connectionPool"), dict):
        yield from connection_pool(pool, (*path, "connectionPool"))
    outlier = value.get("outlierDetection")
    if isinstance(outlier, dict):
        yield from outlier_detection(outlier, (*path, "outlierDetection"))
    if isinstance(balancer := value.get("loadBalancer"), dict):
        yield from load_balancer(balancer, (*path, "loadBalancer"), outlier is not None)


def _credentials(value: Fields, path: Path, namespace: str) -> Iterator[Fault]:
    yield from client_tls(value.get("tls"), (*path, "tls"), namespace)
    for i, setting in enumerate(listed(value.get("portLevelSettings"))):
        yield from client_tls(mapping(setting).get("tls"), (*path, "portLevelSettings", i, "tls"), namespace)


def _tunnel(value: Fields, path: Path) -> Iterator[Fault]:
    protocol, host = text(value.get("protocol")), text(value.get("targetHost"))
    if protocol not in ("", "CONNECT", "POST"):
        yield Fault((*path, "protocol"), f"{protocol!r} is no protocol of a tunnel.", "Use CONNECT or POST.")
    if not host:
        yield Fault((*path, "targetHost"), "The tunnel has no targetHost.", "Add the host it leads to.")
    else:
        yield from fqdn_or_ip(host, (*path, "targetHost"))
    yield from needed_port(integer(value.get("targetPort")), (*path, "targetPort"))
