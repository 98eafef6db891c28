"""A request that `meshctl trace` was asked about fails, or a part of such requests does.

Why: the field that is named is the first on the way that makes it fail: a route that is for other requests (404), a
subset or host that does not exist (503 NC), nobody behind a Service (503 UH), a server that does not take what the
client sends (503 UC), a policy that forbids it (403). The steps before it are in the trace.

Example:
    http:
    - route:
      - destination:
          host: reviews
          subset: v9

Fix: what the finding says; then trace the request again.

Silent when: no request is traced, as in `meshctl analyze`; or the input does not show whether it fails.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.trace import READS, ended


@analyzer("MSH501", "request-fails", Severity.ERROR, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for trace, outcome in ended(mesh, "fails"):
        own = outcome.culprit.subject
        subject = own if own is not None and own.cluster in mesh.clusters else None
        whole = outcome.share > 0.999
        who = f"{trace.call.url} from {trace.client}"
        what = f"{who} fails" if whole else f"{outcome.share * 100:.3g} % of {who} fail"
        yield Claim(
            subject,
            outcome.culprit.path if subject else (),
            f"{what}. {outcome.text}",
            fix=outcome.fix,
            key=(trace.call.url, trace.client, outcome.text),
        )
