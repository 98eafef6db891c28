"""The clusters that a command reads: which ones, with a progress bar for who waits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options
from meshctl.cli.progress import watching
from meshctl.model.ids import KindKey
from meshctl.sources.errors import InputError
from meshctl.sources.snapshot import Snapshot

if TYPE_CHECKING:
    from meshctl.sources.cluster.kubeconfig import Context

_SECRET = KindKey("", "Secret")


def is_available(options: Options, configured: Sequence[str]) -> bool:
    """Whether a cluster is named or can be assumed, so that a command without files reads it."""
    from meshctl.sources.cluster.kubeconfig import is_available as found

    return bool(options.context or options.kubeconfig or configured) or found("")


def contexts_of(options: Options, configured: Sequence[str]) -> "Sequence[Context]":
    """The contexts of the flags, else of the configuration, else the current one. Raises UsageError."""
    from meshctl.sources.cluster.kubeconfig import contexts

    try:
        return contexts(options.kubeconfig, options.context or configured)
    except InputError as error:
        raise UsageError(str(error)) from error


def read_live(
    contexts: "Sequence[Context]", options: Options, kinds: frozenset[KindKey], namespace: str, istio_namespace: str
) -> Snapshot:
    """Read these kinds of the clusters, in one namespace or, if that is empty, in all."""
    from meshctl.sources.cluster.clusters import read_clusters
    from meshctl.sources.cluster.request import Request

    # Which clusters belong to one mesh is told by the labels of Secrets.
    several = {_SECRET} if len(contexts) > 1 else set()
    request = Request(
        kinds=kinds | several,
        namespace=namespace,
        istio_namespace=istio_namespace,
        secret_contents=_SECRET in kinds,
    )
    with watching(options.quiet) as progress:
        return read_clusters(contexts, request, timeout=options.timeout, progress=progress)
