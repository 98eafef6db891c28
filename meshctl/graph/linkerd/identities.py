"""Whose identity policies name: ServiceAccounts, by reference or in the name of an identity."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meshctl.graph.fields import Fields, mapping, numbered, numbered_texts, text
from meshctl.graph.kinds.core import Namespace, ServiceAccount
from meshctl.graph.kinds.linkerd import (
    NAMESPACE,
    SERVICE_ACCOUNT,
    LinkerdAuthorizationPolicy,
    MeshTlsAuthentication,
    RateLimit,
    Reference,
    ServerAuthorization,
)
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.nearest import Names
from meshctl.graph.view import View
from meshctl.model.paths import Path

_IDENTITY = re.compile(
    r"(?P<account>[^.]+)\.(?P<namespace>[^.]+)\.serviceaccount\.identity\.(?P<mesh>[^.]+)\.(?P<domain>.+)"
)


class IdentityUse(NamedTuple):
    """A ServiceAccount, or with an empty `account` a whole namespace, that a policy lets in.

    `mesh` and `domain` are the namespace of Linkerd and the trust domain that an identity names; empty for a reference.
    """

    subject: View
    path: Path
    account: str
    namespace: str
    mesh: str = ""
    domain: str = ""


class Accounts:
    """The ServiceAccounts there are: those of the input, and those that its workloads run as."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._names = {(account.namespace, account.name) for account in mesh.all(ServiceAccount)}
        for workload in mesh.all(Workload):
            self._names.add((workload.namespace, workload.service_account))
        self._similar: Names | None = None

    def has(self, namespace: str, name: str) -> bool:
        """Whether there is one; every namespace has `default`."""
        return name == "default" or (namespace, name) in self._names

    def nearest(self, namespace: str, name: str) -> str | None:
        """The one that was probably meant, as `namespace/name`."""
        self._similar = self._similar or Names(f"{place}/{account}" for place, account in self._names)
        return self._similar.nearest(f"{namespace}/{name}")


@index(ServiceAccount, Workload)
def accounts(mesh: MeshGraph) -> Accounts:
    """The ServiceAccounts there are."""
    return Accounts(mesh)


@index(MeshTlsAuthentication, ServerAuthorization, LinkerdAuthorizationPolicy, RateLimit, Namespace)
def identity_uses(mesh: MeshGraph) -> Sequence[IdentityUse]:
    """Every ServiceAccount and namespace that policies let in, in document order by kind."""
    return tuple(_uses(mesh))


def _uses(mesh: MeshGraph) -> Iterator[IdentityUse]:
    for authentication in mesh.all(MeshTlsAuthentication):
        for path, name in authentication.identities:
            yield from _named(authentication, path, name)
        for ref in authentication.references:
            yield from _referred(authentication, ref)
    for policy in mesh.all(LinkerdAuthorizationPolicy):
        for ref in policy.authentications:
            yield from _referred(policy, ref)
    for authorization in mesh.all(ServerAuthorization):
        path = ("spec", "client", "meshTLS")
        for i, name in numbered_texts(authorization.mesh_tls.get("identities")):
            yield from _named(authorization, (*path, "identities", i), name)
        for i, account in numbered(authorization.mesh_tls.get("serviceAccounts")):
            yield _account(authorization, (*path, "serviceAccounts", i, "name"), account)
    for limit in mesh.all(RateLimit):
        for i, override in numbered(limit.spec.get("overrides")):
            for j, client in numbered(mapping(override).get("clientRefs")):
                yield _account(limit, ("spec", "overrides", i, "clientRefs", j, "name"), client)


def _account(subject: View, path: Path, ref: Fields) -> IdentityUse:
    return IdentityUse(subject, path, text(ref.get("name")), text(ref.get("namespace")) or subject.namespace)


def _referred(subject: View, ref: Reference) -> Iterator[IdentityUse]:
    if ref.means(SERVICE_ACCOUNT):
        yield IdentityUse(subject, (*ref.path, "name"), ref.name, ref.namespace)
    elif ref.means(NAMESPACE):
        yield IdentityUse(subject, (*ref.path, "name"), "", ref.name)


def _named(subject: View, path: Path, name: str) -> Iterator[IdentityUse]:
    found = _IDENTITY.fullmatch(name)
    if found and found["account"] != "*":
        yield IdentityUse(subject, path, found["account"], found["namespace"], found["mesh"], found["domain"])
