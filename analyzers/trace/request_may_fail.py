"""Whether a request that `meshctl trace` was asked about arrives, the input does not show.

Why: something on its way is not in the files, was not read, or is decided by what a request does not tell: a token, the
address of a client, another service that is asked. The message names it; what is known of the way is in the trace.

Example:
    kind: AuthorizationPolicy
    spec:
      rules:
      - from:
        - source:
            requestPrincipals: ["*"]

Fix: give meshctl the rest of the files, or `--header` and the other flags that tell more of the request.

Silent when: no request is traced, as in `meshctl analyze`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.trace import READS, ended


@analyzer("MSH502", "request-may-fail", Severity.INFO, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for trace, outcome in ended(mesh, "depends"):
        own = outcome.culprit.subject
        subject = own if own is not None and own.cluster in mesh.clusters else None
        yield Claim(
            subject,
            outcome.culprit.path if subject else (),
            f"What becomes of {trace.call.url} from {trace.client} depends. {outcome.text}",
            fix=outcome.fix,
            key=(trace.call.url, trace.client, outcome.text),
        )
