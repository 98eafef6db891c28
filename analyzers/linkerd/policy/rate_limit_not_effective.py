"""An HTTPLocalRateLimitPolicy of Linkerd has no effect.

Why: a limit is for one Server of its namespace, and a Server has one limit: the oldest. Another one, or one for a
Server that is not there, limits nothing. A limit for one client above the total is never reached, and one of zero
Linkerd does not accept.

Example:
    kind: HTTPLocalRateLimitPolicy
    spec:
      targetRef: {group: policy.linkerd.io, kind: Server, name: web-htpp}
      total: {requestsPerSecond: 100}
      identity: {requestsPerSecond: 200}

Fix: name a Server of this namespace, keep one limit for it, and give clients at most the total.

Silent when: the Server is there and the limit is its oldest.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Also,
    Claim,
    MeshGraph,
    Missing,
    Path,
    Severity,
    analyzer,
    integer,
    mapping,
    numbered,
)
from meshctl.analysis.api.linkerd import SERVER, LinkerdServer, RateLimit, age


@analyzer(
    "LKD312",
    "linkerd-rate-limit-not-effective",
    Severity.WARNING,
    reads=(RateLimit, LinkerdServer),
    absent=(LinkerdServer,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    first: dict[tuple[str, str], RateLimit] = {}
    for limit in sorted(mesh.all(RateLimit), key=age):
        target = limit.target
        if not target.means(SERVER):
            yield Claim(
                limit,
                (*target.path, "kind"),
                f"A rate limit is for a Server of {SERVER.group} alone, so this one limits nothing.",
                fix=f"Set kind: Server and group: {SERVER.group}.",
            )
        elif mesh.get(LinkerdServer, limit.namespace, target.name) is None:
            name = f"{limit.namespace}/{target.name}"
            yield Claim(
                limit,
                (*target.path, "name"),
                f"Server {name} {ABSENT}, so this limit has no effect.",
                fix="Name a Server of this namespace.",
                absent=Missing("Server", name, LinkerdServer.KINDS, limit.namespace),
            )
        elif (older := first.setdefault((limit.namespace, target.name), limit)) is not limit:
            yield Claim(
                limit,
                (*target.path, "name"),
                f"{older.name} limits Server {target.name} already and is older: Linkerd does not accept a second one.",
                fix="Keep one of them.",
                related=(Also(older, older.target.path, "the one that counts"),),
            )
        yield from _rates(limit)


def _rates(limit: RateLimit) -> Iterator[Claim]:
    total = integer(mapping(limit.spec.get("total")).get("requestsPerSecond"))
    parts: list[tuple[Path, object]] = [(("spec", "identity"), limit.spec.get("identity"))]
    parts += [(("spec", "overrides", i), override) for i, override in numbered(limit.spec.get("overrides"))]
    parts.append((("spec", "total"), limit.spec.get("total")))
    for path, part in parts:
        rate = integer(mapping(part).get("requestsPerSecond"))
        if rate is not None and rate <= 0:
            message = f"Linkerd does not accept a limit of {rate} requests a second."
            yield Claim(limit, (*path, "requestsPerSecond"), message, fix="Write a number above 0.")
        if rate is not None and total is not None and rate > total:
            yield Claim(
                limit,
                (*path, "requestsPerSecond"),
                f"{rate} requests a second for a client are more than the {total} for all together: Linkerd does not"
                " accept it.",
                fix=f"Give a client at most {total}, or raise the total.",
            )
