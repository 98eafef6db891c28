"""What a proxy of Consul runs, as far as its own admin port tells."""

import re

from msgspec import Struct

from meshctl.model.proxymetrics import Identity

CONSUL_PROXY = "consul-dataplane"
"""The container of Consul's proxies."""

Address = tuple[str, int]


_NAME = r"(?:.*~)?(?:(?P<subset>[^.]+)\.)?(?P<service>[^.]+)\.[^.]+\.[^.]+\.(?:in|ex)ternal\.[^.]+\.consul"


def service_of(cluster: str) -> str:
    """The service that a cluster of Envoy stands for, `db` or, with its subset, `v2 of db`; the whole name if none."""
    found = re.fullmatch(_NAME, cluster)
    if found is None:
        return cluster
    return f"{found['subset']} of {found['service']}" if found["subset"] else found["service"]


class Target(Struct, frozen=True):
    """A cluster of Envoy that listeners or routes lead to; one of an aggregate is named as the aggregate.

    `present` is False where Envoy has no such cluster, nor waits for it. `hosts` are its endpoints, those of all its
    parts together, and `healthy` those that may get a request; None where they are not known. `failures` counts
    connections that could not be made, since Envoy started, and `failures_before` those until it was asked before;
    None where it was asked once.
    """

    name: str
    present: bool
    hosts: int | None = None
    healthy: int | None = None
    failures: int = 0
    failures_before: int | None = None

    @property
    def service(self) -> str:
        """The service that it stands for, as `service_of` has it."""
        return service_of(self.name)


class ConsulProxy(Struct, frozen=True):
    """What was seen. `certificate` is its own, `authority` the one that ends first of those it trusts.

    `listening` are the addresses that its listeners serve, `waiting` those of listeners that it does not use yet; None
    where its configuration was not seen.
    """

    certificate: Identity | None = None
    authority: Identity | None = None
    listening: frozenset[Address] | None = None
    waiting: frozenset[Address] = frozenset()
    targets: tuple[Target, ...] = ()
