"""A network in a policy of Linkerd is no network, or what is excepted leaves nothing of it.

Why: Linkerd's webhook refuses a range of addresses that it cannot read, and an exception that is not within its range
or is all of it.

Example:
    kind: NetworkAuthentication
    spec:
      networks:
      - cidr: 10.0.0.0/8
        except: [192.168.1.0/24]   # not within 10.0.0.0/8

Fix: write addresses or ranges such as 10.0.0.0/8, and exceptions within them.

Silent when: all of them are ranges or addresses, and the exceptions are within.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, View, analyzer
from meshctl.analysis.api.linkerd import (
    EgressNetwork,
    NetworkAuthentication,
    NetworkBlock,
    ServerAuthorization,
    network,
    within,
)


@analyzer(
    "LKD310",
    "linkerd-network-invalid",
    Severity.ERROR,
    reads=(NetworkAuthentication, ServerAuthorization, EgressNetwork),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for view in (*mesh.all(NetworkAuthentication), *mesh.all(ServerAuthorization), *mesh.all(EgressNetwork)):
        for block in view.networks:
            yield from _claims(view, block)


def _claims(view: View, block: NetworkBlock) -> Iterator[Claim]:
    whole = network(block.cidr)
    if whole is None:
        yield Claim(
            view,
            block.path,
            f"{block.cidr!r} is no address or range of addresses, so Linkerd does not accept it.",
            fix="Write a range such as 10.0.0.0/8.",
        )
    for path, cidr in block.excepted:
        part = network(cidr)
        if part is None:
            message = f"{cidr!r} is no address or range of addresses, so Linkerd does not accept it."
        elif whole is not None and within(whole, part):
            message = f"The exception {cidr} is all of {block.cidr}, so nothing is left of it."
        elif whole is not None and not within(part, whole):
            message = f"The exception {cidr} is not within {block.cidr}, so Linkerd does not accept it."
        else:
            continue
        yield Claim(view, path, message, fix=f"Write a part of {block.cidr}, or remove the exception.")
