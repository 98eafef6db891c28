"""`/server_info`, `/memory` and `/certs` of Envoy."""

import re

from msgspec import Struct

from meshctl.proxy.envoy.answers import decode_object
from meshctl.proxy.envoy.casing import snake
from meshctl.proxy.envoy.identity import Identity, identity_of_node
from meshctl.proxy.envoy.values import number, objects


class ServerInfo(Struct, frozen=True):
    """How Envoy runs: `state` is LIVE, DRAINING, PRE_INITIALIZING or INITIALIZING, `uptime` seconds of this process."""

    version: str
    state: str
    uptime: float
    identity: Identity | None


class Memory(Struct, frozen=True):
    """Bytes: `allocated` is in use, `physical` what the process occupies."""

    allocated: int
    heap: int
    physical: int


class Certificate(Struct, frozen=True):
    """A certificate that is loaded. `names` are subject alternative names; the times are as Envoy writes them."""

    authority: bool
    path: str
    serial: str
    names: tuple[str, ...]
    valid_from: str
    expires: str
    days_left: int


def server_info(data: bytes) -> ServerInfo:
    """Raises BrokenAnswer."""
    found = snake(decode_object(data))
    node = found.get("node")
    return ServerInfo(
        version=_version(str(found.get("version", ""))),
        state=str(found.get("state", "LIVE")),
        uptime=seconds(found.get("uptime_current_epoch")),
        identity=identity_of_node(node) if isinstance(node, dict) else None,
    )


def memory(data: bytes) -> Memory:
    """Raises BrokenAnswer."""
    found = decode_object(data)
    names = ("allocated", "heap_size", "total_physical_bytes")
    return Memory(*(number(found.get(name)) for name in names))


def certificates(data: bytes) -> tuple[Certificate, ...]:
    """Every certificate of every chain, authorities first. Raises BrokenAnswer."""
    found = []
    for chain in objects(decode_object(data).get("certificates")):
        for name in ("ca_cert", "cert_chain"):
            for one in objects(chain.get(name)):
                names = objects(one.get("subject_alt_names"))
                found.append(
                    Certificate(
                        authority=name == "ca_cert",
                        path=str(one.get("path", "")),
                        serial=str(one.get("serial_number", "")),
                        names=tuple(str(value) for n in names for value in n.values()),
                        valid_from=str(one.get("valid_from", "")),
                        expires=str(one.get("expiration_time", "")),
                        days_left=number(one.get("days_until_expiration")),
                    )
                )
    return tuple(found)


def seconds(value: object) -> float:
    """A duration as protobuf's JSON has it, `1.500s`; 0 for anything else."""
    found = re.fullmatch(r"(-?[0-9.]+)s", value) if isinstance(value, str) else None
    return float(found[1]) if found else 0.0


def _version(text: str) -> str:
    """`1.40.0` in `9e55.../1.40.0/Clean/RELEASE/BoringSSL`."""
    parts = text.split("/")
    return parts[1] if len(parts) > 1 else text
