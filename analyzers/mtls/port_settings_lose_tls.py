"""Settings of a single port in a DestinationRule leave out the TLS that the rule has for all ports.

Why: settings of a port replace those for all ports as a whole. Where they say nothing of TLS, there is none: requests
to this port leave unencrypted, and a server that waits for TLS closes the connection.

Example:
    kind: DestinationRule
    spec:
      host: api.example.com
      trafficPolicy:
        tls: {mode: SIMPLE}
        portLevelSettings:
        - port: {number: 443}
          connectionPool: {tcp: {maxConnections: 10}}     # 443 is plaintext now

Fix: repeat `tls` in the settings of the port; write `tls: {mode: DISABLE}` where plaintext is meant.

Silent when: the rule says ISTIO_MUTUAL and enableAutoMtls is on, its default, for proxies then use mutual TLS anyway;
the rule has no TLS for all ports.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, ConfigMap, DestinationRule, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import dropped_tls


@analyzer("MSH428", "port-settings-lose-tls", Severity.WARNING, reads=(DestinationRule, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for dropped in dropped_tls(mesh):
        yield Claim(
            dropped.rule,
            dropped.path,
            f"Requests to port {dropped.port} of {dropped.rule.host} leave without TLS: the settings of a port replace"
            f" those for all ports, with their {dropped.mode}, and these have no tls.",
            fix=f"Repeat tls with {dropped.mode} here, or write DISABLE if plaintext is meant.",
            related=(Also(dropped.rule, dropped.tls, "what is lost"),),
        )
