"""What a user can do on a cluster: whether it answers, what it serves, what may be read of it."""

import time
from collections.abc import Iterable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from functools import partial

import msgspec
from msgspec import Struct

from meshctl.model.ids import KindKey
from meshctl.sources.cluster.connection import Answer, Connection
from meshctl.sources.cluster.discovery import Served, discover, version_in
from meshctl.sources.cluster.each import ask_each, side_by_side
from meshctl.sources.cluster.kubeconfig import Context

_PARALLEL = 8
_NAMESPACE, _CONFIG_MAP = KindKey("", "Namespace"), KindKey("", "ConfigMap")
# The ways to the ports of a pod, with the verbs that each takes.
WAYS: Mapping[str, tuple[str, ...]] = {"portforward": ("get", "create"), "exec": ("get", "create"), "proxy": ("get",)}


class Access(Struct, frozen=True):
    """What may be read of a kind that is served: all of it, or that in one namespace; None where nobody can say."""

    served: Served
    everywhere: bool | None
    here: bool | None


class Examined(Struct, frozen=True):
    """What was found out about one cluster.

    `namespace` is the one that `here` in `accesses` is about. `version` is that of the server, as `v1.36.0`, and `skew`
    how many seconds its clock is ahead of ours; empty and None where it does not say. `failed` says of groups that
    could not be asked why not. `ways` are those to pods, and whether they may be used. `hidden_mesh` is Istio's
    namespace where its configuration may not be read there; else empty.
    """

    server: str
    namespace: str
    version: str
    skew: float | None
    served: Mapping[KindKey, Served]
    failed: Mapping[str, str]
    accesses: Sequence[Access]
    ways: Mapping[str, bool | None]
    hidden_mesh: str = ""


def examine_clusters(
    contexts: Sequence[Context],
    needed: frozenset[KindKey],
    others: frozenset[KindKey] = frozenset(),
    *,
    namespace: str = "",
    istio_namespace: str = "istio-system",
    timeout: float,
) -> dict[Context, Examined | str]:
    """Ask the cluster of each context, or say in a clause why it cannot be asked.

    `needed` are the kinds whose lists are meant to be read; of the `others` it is only asked whether they are served.
    `namespace` is empty for that of each context. `timeout` (seconds) is that of each cluster.
    """
    job = partial(_examine, needed=needed, others=others, namespace=namespace, istio=istio_namespace)
    return ask_each(contexts, job, timeout=timeout, parallel=_PARALLEL)


def _examine(
    connection: Connection,
    context: Context,
    *,
    needed: frozenset[KindKey],
    others: frozenset[KindKey],
    namespace: str,
    istio: str,
) -> Examined:
    here = namespace or context.namespace or "default"
    asked = time.time()
    version = connection.get("/version")
    skew = _skew(version, asked, time.time())
    discovery = discover(connection, needed | others)
    groups = {kind.group for kind in needed}
    failed = {group: why for group, why in discovery.failed.items() if group in groups}
    kinds = sorted((s for key, s in discovery.served.items() if key in needed), key=lambda s: s.name)
    if _may(connection, "list", "*", "*"):
        accesses = [Access(served, True, True) for served in kinds]
    else:
        accesses = side_by_side(kinds, partial(_access, connection, here), _PARALLEL)
    place = namespace if namespace else ""
    ways = {way: _all(_may(connection, verb, "", "pods", way, place) for verb in verbs) for way, verbs in WAYS.items()}
    hidden = ""
    if namespace and any(access.served.key == _CONFIG_MAP and not access.everywhere for access in accesses):
        hidden = istio if _may(connection, "list", "", "configmaps", namespace=istio) is False else ""
    return Examined(
        connection.server, here, version_in(version), skew, discovery.served, failed, accesses, ways, hidden
    )


def _access(connection: Connection, namespace: str, served: Served) -> Access:
    group, resource = served.key.group, served.plural
    everywhere = _may(connection, "list", group, resource)
    if everywhere:
        here: bool | None = True
    elif served.key == _NAMESPACE:
        # Whoever may see no others may still look at his own.
        here = _may(connection, "get", group, resource, namespace=namespace, name=namespace)
    else:
        here = _may(connection, "list", group, resource, namespace=namespace) if served.namespaced else everywhere
    return Access(served, everywhere, here)


def _may(
    connection: Connection,
    verb: str,
    group: str,
    resource: str,
    subresource: str = "",
    namespace: str = "",
    name: str = "",
) -> bool | None:
    wanted = {
        "verb": verb,
        "group": group,
        "resource": resource,
        "subresource": subresource,
        "namespace": namespace,
        "name": name,
    }
    answer = connection.post_review({key: value for key, value in wanted.items() if value})
    if answer.status not in (200, 201):
        return None
    try:
        return msgspec.json.decode(answer.body, type=_Review).status.allowed
    except msgspec.DecodeError:
        return None


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return None if None in found else all(found)


class _Allowed(msgspec.Struct):
    allowed: bool = False


class _Review(msgspec.Struct):
    status: _Allowed


def _skew(answer: Answer, asked: float, answered: float) -> float | None:
    """How far the server's clock is ahead, as far as whole seconds and the way of the answer can tell."""
    try:
        date = parsedate_to_datetime(answer.date).timestamp()
    except ValueError:
        return None
    if date + 1 < asked:
        return date + 1 - asked
    return max(0.0, date - answered)
