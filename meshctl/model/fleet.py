"""Many clusters: where each is read from, and what is kept of it."""

from collections.abc import Mapping

from msgspec import Raw, Struct

from meshctl.model.finding import Finding
from meshctl.model.result import SetAside, Skipped, Unread


class Source(Struct, frozen=True):
    """Where one cluster is to be read from: a context of a kubeconfig, or a path of manifests or of a bundle.

    These are names alone. What opens a cluster is with whoever reads it: `kubeconfig` is a file there, empty for the
    usual one.
    """

    name: str
    labels: Mapping[str, str] = {}
    context: str = ""
    kubeconfig: str = ""
    path: str = ""

    @property
    def shown(self) -> str:
        """As reports name their inputs."""
        return self.path or f"context {self.context}" + (f" of {self.kubeconfig}" if self.kubeconfig else "")


class Listed(Struct, frozen=True):
    """Clusters as a configuration lists them: a context or a path, either may be a pattern, with their labels.

    Empty is what is not said; `name` is for one cluster.
    """

    context: str = ""
    kubeconfig: str = ""
    path: str = ""
    name: str = ""
    labels: Mapping[str, str] = {}


class LatencySum(Struct, frozen=True):
    """The requests that the proxies of a cluster have counted; milliseconds.

    `p50` and `p99` are of all together, None beyond the highest bucket. `added` is the mean that proxies themselves
    took for a request, of the `measured` ones that came in or went out and for which that can be told.
    """

    proxies: int = 0
    requests: int = 0
    errors: int = 0
    p50: float | None = None
    p99: float | None = None
    added: float | None = None
    measured: int = 0


class Summary(Struct, frozen=True):
    """What is kept of one cluster beside its findings.

    `control_planes` are (revision, version), `proxies` counts pods by the version of their proxy, `overhead` has the
    sums of `meshctl overhead`, None for what is not known. `compared` has the digest of what each resource says that
    should be the same in clusters that are equal, by `identity`; `bodies` what is behind a digest, `places` where each
    of them stands (see `meshctl.graph.fleet.compared`). Of the kinds `whole` everything was read, `unread` could not
    be. `annotations` are those that speak to us.
    """

    cluster: str
    labels: Mapping[str, str] = {}
    resources: int = 0
    kubernetes: str = ""
    control_planes: tuple[tuple[str, str], ...] = ()
    proxies: Mapping[str, int] = {}
    overhead: Mapping[str, int | None] = {}
    latency: LatencySum | None = None
    compared: Mapping[str, str] = {}
    bodies: Mapping[str, Raw] = {}
    places: bytes = b""
    annotations: Mapping[str, Mapping[str, str]] = {}
    whole: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


class Examined(Struct, frozen=True):
    """All that comes back of one source: the findings of its clusters, mostly one, and their summaries.

    `crashes` are (check, traceback). `version` is that of meshctl where it was examined.
    """

    version: str
    clusters: tuple[Summary, ...] = ()
    inputs: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    suppressed: int = 0
    set_aside: tuple[SetAside, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unread: tuple[Unread, ...] = ()
    crashes: tuple[tuple[str, str], ...] = ()
    resources: int = 0
    files: int = 0
