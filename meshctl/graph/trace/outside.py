"""Requests that leave the mesh to a ServiceEntry: where they go, and who makes TLS of them."""

from meshctl.graph.fields import integer, mapping, numbered, text
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.trace.call import Call
from meshctl.graph.trace.client import Caller
from meshctl.graph.trace.destination import Chosen
from meshctl.graph.trace.leg import Leg

_TLS = frozenset({"HTTPS", "TLS"})


def leave(leg: Leg, caller: Caller, call: Call, chosen: Chosen) -> None:
    """The end of the way at the addresses of a ServiceEntry that selects no workloads."""
    entry, port = chosen.provider.source, chosen.port
    assert isinstance(entry, ServiceEntry)
    if not _addressed(leg, entry, chosen) or not _encrypted(leg, call, chosen):
        return
    fields = dict(numbered(entry.spec.get("ports"))).get(int(port.path[-1]), {})
    target = integer(fields.get("targetPort")) or port.number
    leg.served(f"{chosen.to.host}:{target}, outside the mesh", (entry,))


def _addressed(leg: Leg, entry: ServiceEntry, chosen: Chosen) -> bool:
    listed = [(i, e) for i, e in numbered(entry.spec.get("endpoints"))]
    if chosen.subset and listed:
        wanted = chosen.subset.labels
        listed = [(i, e) for i, e in listed if wanted.items() <= dict(mapping(e.get("labels"))).items()]
        if not listed:
            said = f"No endpoint of {entry.id} has the labels of the subset {chosen.subset.name}: 503."
            subset = chosen.subset
            fix = f"Give an endpoint of {entry.id} these labels."
            leg.fails("endpoints", said, subset.subject, (*subset.path, "labels"), flag="UH", fix=fix)
            return False
    if listed:
        names = ", ".join(text(e.get("address")) for _, e in listed[:3])
        leg.passes("endpoints", f"{entry.id} sends it to {names}.", entry, ("spec", "endpoints"))
        return True
    if entry.resolution == "STATIC":
        said = f"{entry.id} has the resolution STATIC and no endpoints: 503."
        leg.fails("endpoints", said, entry, ("spec", "resolution"), flag="UH", fix="List its endpoints, or use DNS.")
        return False
    how = {"NONE": "the address that the client asked for", "DNS": "the addresses that DNS has for it"}
    leg.passes(
        "endpoints", f"{entry.id} sends it to {how.get(entry.resolution, how['DNS'])}.", entry, ("spec", "resolution")
    )
    return True


def _encrypted(leg: Leg, call: Call, chosen: Chosen) -> bool:
    """TLS of the client's own, or of the proxy's, but not both."""
    block = chosen.policy.block("tls") if chosen.policy else None
    mode = text(block.fields.get("mode")) if block else ""
    entry = chosen.provider.source
    if block and mode in ("SIMPLE", "MUTUAL"):
        place = (*block.path, "mode")
        if call.sealed:
            said = f"{block.source.id} makes TLS of it, and the client speaks TLS already: no server understands both."
            fix = "Let the client speak HTTP, or remove tls from the rule."
            leg.fails("tls", said, block.source, place, flag="UF", fix=fix)
            return False
        leg.passes("tls", f"{block.source.id} makes TLS of it ({mode}).", block.source, place)
        return True
    if block and mode == "ISTIO_MUTUAL":
        said = f"{block.source.id} shows a certificate of the mesh to a server outside it, which does not know it."
        leg.depends("tls", said, block.source, (*block.path, "mode"), fix="Use SIMPLE, or say nothing of tls.")
        return True
    if call.is_request and not call.sealed and chosen.port.protocol.upper() in _TLS:
        number, protocol = chosen.port.number, chosen.port.protocol.upper()
        said = f"Port {number} of {entry.id} is {protocol}, and the request is not encrypted: 400."
        fix = "Ask by https://, or let a DestinationRule make TLS of it (SIMPLE)."
        leg.depends("tls", said, entry, chosen.port.said, fix=fix)
    return True
