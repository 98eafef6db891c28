"""A Server of Linkerd is for a port that its pods do not have.

Why: a Server takes effect at one port. A name has to be that of a port which a container declares; with another one the
Server is for nothing. A number that no container declares is often a slip: the real port keeps the default policy.

Example:
    kind: Server
    spec:
      podSelector: {matchLabels: {app: web}}
      port: htpp   # the container declares http

Fix: write the name or the number of a port of the containers (not that of the Service), or declare it.

A warning only for a number, since pods answer at ports that they do not declare, too.

Silent when: one of the workloads has the port; or, for a number, one of them declares no ports, a probe or a Service
uses that one, or it is a port of the proxy (4143, 4191, linkerd-admin).
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Namespace, Service, Severity, Workload, analyzer
from meshctl.analysis.api.linkerd import ExternalWorkload, LinkerdServer, answering, server_pods


@analyzer(
    "LKD302",
    "linkerd-server-port-not-in-pods",
    Severity.ERROR,
    reads=(LinkerdServer, Workload, ExternalWorkload, Service, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for server in mesh.all(LinkerdServer):
        selection, port = server_pods(mesh).of(server), server.port
        if port is None or not selection.selected or selection.declaring(port):
            continue
        if isinstance(port, str):
            near = selection.names.nearest(port)
            yield Claim(
                server,
                ("spec", "port"),
                f"No container of the pods of this Server declares a port named {port}, so the Server has no effect.",
                fix=f"Did you mean {near}?" if near else "Write the name of a port that the containers declare.",
            )
        elif port not in (answering(mesh).ports(server) or (port,)):
            yield Claim(
                server,
                ("spec", "port"),
                f"The pods of this Server declare other ports than {port}, and no probe or Service uses it there:"
                " the port that they answer at keeps the default policy.",
                fix="Write the port of the container, not that of the Service; or declare it in the container.",
                severity=Severity.WARNING,
            )
