"""What endpoint drift looks at in a ClusterLoadAssignment, decoded without the rest."""

import msgspec

from meshctl.proxy.drift.sides import Body


class _SocketAddress(msgspec.Struct):
    address: str = ""
    port_value: int = 0


class _Internal(msgspec.Struct):
    endpoint_id: str = ""


class _Address(msgspec.Struct):
    socket_address: _SocketAddress | None = None
    envoy_internal_address: _Internal | None = None


class _Endpoint(msgspec.Struct):
    address: _Address | None = None


class _Entry(msgspec.Struct):
    endpoint: _Endpoint | None = None
    health_status: str = ""


class _Locality(msgspec.Struct):
    region: str = ""
    zone: str = ""


class _Group(msgspec.Struct):
    locality: _Locality | None = None
    lb_endpoints: list[_Entry] = []


class Assignment(msgspec.Struct):
    """Addresses, their states and places; equal ones have the same."""

    endpoints: list[_Group] = []


_ASSIGNMENT = msgspec.json.Decoder(Assignment)


def assignment_of(body: Body) -> Assignment | None:
    """The endpoints in an object; None where they are written in another way than Envoy's."""
    if body.camel:
        return None
    try:
        return _ASSIGNMENT.decode(body.raw)
    except msgspec.DecodeError:
        return None
