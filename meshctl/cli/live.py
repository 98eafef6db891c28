"""The clusters that a command reads: which ones, with a progress bar for who waits."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options
from meshctl.cli.progress import watching
from meshctl.graph.settings import Settings
from meshctl.model.ids import KindKey
from meshctl.sources.errors import InputError
from meshctl.sources.snapshot import Snapshot

if TYPE_CHECKING:
    from meshctl.sources.cluster.kubeconfig import Context

_SECRET = KindKey("", "Secret")
_NAMESPACE = KindKey("", "Namespace")


def is_available(options: Options, configured: Sequence[str]) -> bool:
    """Whether a cluster is named or can be assumed, so that a command without files reads it."""
    from meshctl.sources.cluster.kubeconfig import is_available as found

    return bool(options.context or options.kubeconfig or configured) or found("")


def no_cluster() -> str:
    """Why there is no cluster to assume, as a clause."""
    from meshctl.sources.cluster.kubeconfig import lacks_token

    if lacks_token():
        return "there is no kubeconfig, and this pod has no service account token (automountServiceAccountToken)"
    return "there is no kubeconfig"


def contexts_of(options: Options, configured: Sequence[str]) -> "Sequence[Context]":
    """The contexts of the flags, else of the configuration, else the current one. Raises UsageError."""
    from meshctl.sources.cluster.kubeconfig import contexts

    try:
        return contexts(options.kubeconfig, options.context or configured)
    except InputError as error:
        raise UsageError(str(error)) from error


def check_there(namespace: str, snapshot: Snapshot) -> None:
    """Raise UsageError where a namespace is surely in none of the clusters that were read."""
    from meshctl.graph.nearest import Names

    known = {resource.id.name for resource in snapshot.resources if resource.id.kind_key == _NAMESPACE}
    sure = snapshot.coverage and all(c.has_all([_NAMESPACE]) for c in snapshot.coverage.values())
    if namespace and sure and namespace not in known:
        near = Names(known).nearest(namespace)
        raise UsageError(f"there is no namespace {namespace} in the cluster{f': did you mean {near}?' if near else ''}")


def check_namespace(name: str) -> None:
    """Raise UsageError for what cannot be the name of a namespace, before it becomes part of an address."""
    if name and not (len(name) <= 63 and re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name)):
        raise UsageError(f"{name!r} cannot be the name of a namespace: they are of a-z, 0-9 and -")


def read_live(
    contexts: "Sequence[Context]", options: Options, kinds: frozenset[KindKey], namespace: str, settings: Settings
) -> Snapshot:
    """Read these kinds of the clusters, in one namespace or, if that is empty, in all."""
    from meshctl.sources.cluster.clusters import read_clusters
    from meshctl.sources.cluster.optional import OPTIONAL
    from meshctl.sources.cluster.request import Request

    check_namespace(namespace)
    check_namespace(settings.istio_namespace)
    # Which clusters belong to one mesh is told by the labels of Secrets.
    several = frozenset({_SECRET}) if len(contexts) > 1 else frozenset[KindKey]()
    request = Request(
        kinds=kinds | several,
        namespace=namespace,
        istio_namespace=settings.istio_namespace,
        secret_contents=_SECRET in kinds,
        optional=OPTIONAL | (several - kinds),
        configured=settings.mesh_config is not None,
    )
    with watching(options.quiet, [context.name for context in contexts]) as progress:
        return read_clusters(contexts, request, timeout=options.timeout, progress=progress)
