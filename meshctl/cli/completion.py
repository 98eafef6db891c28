"""What the shell offers for a flag that names something: codes, formats, contexts, namespaces of the cluster."""

from collections.abc import Callable, Collection
from threading import Thread
from typing import Any

import typer

# Who presses a key does not wait for a cluster any longer, in seconds.
PATIENCE = 1.0

Offer = Callable[[str], list[str]]


def codes(incomplete: str) -> list[str]:
    """The codes of all checks, and their names once somebody has begun to write one."""
    from meshctl.analysis.registry import RegistryError, load

    try:
        checks = load()
    except RegistryError:
        return []
    offered = {check.code for check in checks} | {check.name for check in checks if incomplete}
    # Codes are written in capitals; a shell drops what does not begin with what is there.
    return sorted(name for name in offered if name.startswith(incomplete))


def formats(known: Collection[str]) -> Offer:
    """These formats."""

    def offer(incomplete: str) -> list[str]:
        return [name for name in known if name.startswith(incomplete)]

    return offer


def contexts(ctx: typer.Context, incomplete: str) -> list[str]:
    """The contexts of the kubeconfig."""
    from meshctl.sources.cluster.kubeconfig import known_contexts
    from meshctl.sources.errors import InputError

    try:
        known = known_contexts(ctx.params.get("kubeconfig") or "")
    except InputError:
        return []
    return [name for name in known if name.startswith(incomplete)]


def namespaces(ctx: typer.Context, incomplete: str) -> list[str]:
    """The namespaces of the clusters that would be read; nothing where files are, or where it takes too long."""
    given = ctx.params
    if any(given.get(name) for name in ("paths", "filename", "helm")):
        return []
    found: set[str] = set()

    def ask() -> None:
        # Whatever is wrong with a cluster, the prompt is no place to say so.
        from contextlib import suppress

        with suppress(Exception):
            found.update(_namespaces(given))

    # One that hangs ends with the process.
    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return sorted(name for name in tuple(found) if name.startswith(incomplete))


def _namespaces(given: dict[str, Any]) -> Collection[str]:
    from meshctl.model.ids import KindKey
    from meshctl.sources.cluster.clusters import read_clusters
    from meshctl.sources.cluster.kubeconfig import contexts
    from meshctl.sources.cluster.request import Request

    kind = KindKey("", "Namespace")
    chosen = contexts(given.get("kubeconfig") or "", given.get("context") or ())
    snapshot = read_clusters(chosen, Request(kinds=frozenset({kind}), configured=True), timeout=PATIENCE)
    return {resource.id.name for resource in snapshot.resources if resource.id.kind_key == kind}
