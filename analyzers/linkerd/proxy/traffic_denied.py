"""A linkerd-proxy refuses requests, because no policy lets them in.

Why: who asks gets 403, or the connection is closed. That may be just what a policy is for; where it is not, the
counter names the Server and the client that an AuthorizationPolicy has to bring together.

Example:
    proxy: books-1.shop   # in its metrics
    inbound_http_authz_deny_total:
    - {srv_name: books-http, client_id: reports.shop.serviceaccount.identity.linkerd.cluster.local, value: 12}

Fix: allow the client with an AuthorizationPolicy for that Server or route, or find out why it calls.

Silent when: nothing was refused. A counter only says that it happened since the proxy started: that is an info. With
--watch it is a warning while the counter grows, and nothing while it does not.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, ProxyState, Severity, analyzer, enumerated, together

_Key = tuple[str, str, bool]


@analyzer("LKD209", "linkerd-traffic-denied", Severity.WARNING, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    numbers: dict[_Key, int] = {}
    clients: dict[_Key, dict[str, None]] = {}
    states: dict[_Key, dict[str, ProxyState]] = {}
    for state in mesh.facts.states:
        for denial in state.metrics.denials if state.metrics else ():
            number = denial.number - (denial.since or 0)
            if number > 0:
                key = (denial.server, denial.route, denial.since is not None)
                numbers[key] = numbers.get(key, 0) + number
                clients.setdefault(key, {})[denial.client or "clients without identity"] = None
                states.setdefault(key, {})[state.id] = state
    for key, number in sorted(numbers.items()):
        server, route, grows = key
        pod, names, others = together(mesh, [*states[key].values()], "refuses some, too")
        by = " and ".join(each for each in (server, route) if each) or "the default policy"
        since = "since the last look" if grows else "since the proxy started; whether it still does is not observable"
        what = "1 request or connection" if number == 1 else f"{number:,} requests or connections"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{what} from {enumerated(clients[key], len(clients[key]))} {'was' if number == 1 else 'were'} refused "
            f"under {by} {since}: {names}.",
            fix="Allow these clients with an AuthorizationPolicy, or find out why they call."
            + ("" if grows else " Watch whether it goes on with --watch 10."),
            related=others,
            severity=Severity.WARNING if grows else Severity.INFO,
            key=(server, route),
        )
