"""Consul's configuration entries, as its custom resources hold them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshctl.graph.fields import Fields, integer, listed, mapping, numbered, numbered_texts, text
from meshctl.graph.kinds.consulentry import GROUP, ConsulEntry
from meshctl.graph.lazy import lazy
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

EVERY = "*"


class Reference(NamedTuple):
    """A service that an entry names. `name` is empty where that of the entry itself is meant, `subset` for none.

    `path` is that of the mapping with the fields. `namespace` is Consul's, empty where it is not written. `beyond` says
    that the service is of another partition, datacenter, peer or sameness group, of which nothing is known here.
    """

    path: Path
    name: str
    subset: str
    namespace: str
    beyond: bool


class ProxyDefaults(ConsulEntry):
    """A ProxyDefaults: what holds for all proxies. Only that named `global` counts."""

    KINDS = (KindKey(GROUP, "ProxyDefaults"),)

    @lazy
    def protocol(self) -> str:
        """The protocol of services without ServiceDefaults; empty where none is given."""
        return text(mapping(self.spec.get("config")).get("protocol")).lower()


class ServiceDefaults(ConsulEntry):
    """A ServiceDefaults: the protocol and other properties of the service of its name."""

    KINDS = (KindKey(GROUP, "ServiceDefaults"),)

    @lazy
    def protocol(self) -> str:
        """The protocol; empty where none is given."""
        return text(self.spec.get("protocol")).lower()

    @lazy
    def external_sni(self) -> str:
        """The server name of a service outside the mesh; empty for those inside."""
        return text(self.spec.get("externalSNI"))


class ServiceRouter(ConsulEntry):
    """A ServiceRouter: which requests for the service of its name go where."""

    KINDS = (KindKey(GROUP, "ServiceRouter"),)

    @lazy
    def routes(self) -> tuple[tuple[Path, Fields, Reference], ...]:
        """Path, HTTP match and destination of each route, in order."""
        return tuple(
            (
                ("spec", "routes", i),
                mapping(mapping(route.get("match")).get("http")),
                _reference(("spec", "routes", i, "destination"), mapping(route.get("destination"))),
            )
            for i, route in numbered(self.spec.get("routes"))
        )


class ServiceSplitter(ConsulEntry):
    """A ServiceSplitter: how the requests for the service of its name are shared out."""

    KINDS = (KindKey(GROUP, "ServiceSplitter"),)

    @lazy
    def splits(self) -> tuple[tuple[object, Reference], ...]:
        """Weight, as it is written, and destination of each split, in order; the weight is None if left out."""
        return tuple(
            (split.get("weight"), _reference(("spec", "splits", i), split))
            for i, split in numbered(self.spec.get("splits"))
        )


class ServiceResolver(ConsulEntry):
    """A ServiceResolver: which instances answer for the service of its name."""

    KINDS = (KindKey(GROUP, "ServiceResolver"),)

    @lazy
    def subsets(self) -> Mapping[str, Fields]:
        """The subsets by name."""
        return {name: mapping(value) for name, value in mapping(self.spec.get("subsets")).items()}

    @lazy
    def default_subset(self) -> str:
        """The subset for those who ask for none; empty for all instances."""
        return text(self.spec.get("defaultSubset"))

    @lazy
    def redirect(self) -> Reference | None:
        """Where everything is sent instead; None where nothing is."""
        fields = mapping(self.spec.get("redirect"))
        return _reference(("spec", "redirect"), fields) if fields else None

    @lazy
    def failovers(self) -> tuple[tuple[str, Reference], ...]:
        """For each place to fail over to, the subset that it is for (`*` for all others), in order."""
        return tuple(
            (subset, reference)
            for subset, fields in mapping(self.spec.get("failover")).items()
            for reference in _failovers(("spec", "failover", subset), mapping(fields))
        )


class Intention(NamedTuple):
    """A source of a ServiceIntentions. `action` is allow or deny, empty where `permissions` decide."""

    path: Path
    source: Reference
    action: str
    permissions: tuple[tuple[Path, Fields], ...]


class ServiceIntentions(ConsulEntry):
    """A ServiceIntentions: who may call its destination."""

    KINDS = (KindKey(GROUP, "ServiceIntentions"),)

    @lazy
    def destination(self) -> Reference:
        """The service that it is for; `*` stands for all."""
        return _reference(("spec", "destination"), mapping(self.spec.get("destination")), "name")

    @lazy
    def sources(self) -> tuple[Intention, ...]:
        """The intentions in order."""
        return tuple(
            Intention(
                ("spec", "sources", i),
                _reference(("spec", "sources", i), source, "name"),
                text(source.get("action")),
                tuple((("spec", "sources", i, "permissions", j), p) for j, p in numbered(source.get("permissions"))),
            )
            for i, source in numbered(self.spec.get("sources"))
        )

    @lazy
    def providers(self) -> tuple[tuple[Path, str], ...]:
        """Path and name of every JWT provider that it names."""
        found = list(_providers(("spec",), self.spec))
        for intention in self.sources:
            for path, permission in intention.permissions:
                found += _providers(path, permission)
        return tuple(found)


class IngressService(NamedTuple):
    """A service behind a listener of an IngressGateway; `protocol` is that of the listener."""

    path: Path
    protocol: str
    service: Reference


class IngressGateway(ConsulEntry):
    """An IngressGateway: the listeners of the gateway of its name."""

    KINDS = (KindKey(GROUP, "IngressGateway"),)

    @lazy
    def services(self) -> tuple[IngressService, ...]:
        """The services of all listeners; `path` is that of the listener."""
        return tuple(
            IngressService(
                ("spec", "listeners", i),
                text(listener.get("protocol")).lower() or "tcp",
                _reference(("spec", "listeners", i, "services", j), service, "name"),
            )
            for i, listener in numbered(self.spec.get("listeners"))
            for j, service in numbered(listener.get("services"))
        )


class TerminatingGateway(ConsulEntry):
    """A TerminatingGateway: the services outside the mesh that the gateway of its name leads to."""

    KINDS = (KindKey(GROUP, "TerminatingGateway"),)

    @lazy
    def services(self) -> tuple[Reference, ...]:
        """Its services in order; `*` stands for all."""
        return tuple(
            _reference(("spec", "services", i), service, "name") for i, service in numbered(self.spec.get("services"))
        )

    @property
    def deploys_itself(self) -> bool:
        """Whether Consul's controller makes the Deployment of the gateway."""
        return mapping(self.spec.get("deployment")).get("enabledDeployment") is True


class Registration(ConsulEntry):
    """A Registration: an instance of a service that is no pod."""

    KINDS = (KindKey(GROUP, "Registration"),)

    @lazy
    def service(self) -> Fields:
        """The service that it registers."""
        return mapping(self.spec.get("service"))


class JwtProvider(ConsulEntry):
    """A JWTProvider: who signs tokens, and where they are looked for."""

    KINDS = (KindKey(GROUP, "JWTProvider"),)


def entry_number(value: object) -> float | None:
    """A weight, which is a number or, from some generators, text; None for anything else."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    whole = integer(value)
    return float(whole) if whole is not None else value if isinstance(value, float) else None


def _failovers(path: Path, fields: Fields) -> Iterator[Reference]:
    if listed(fields.get("targets")):
        for i, target in numbered(fields.get("targets")):
            yield _reference((*path, "targets", i), target)
    elif fields:
        yield _reference(path, fields)


def _reference(path: Path, fields: Fields, key: str = "service") -> Reference:
    partition = text(fields.get("partition"))
    elsewhere = ("datacenter", "peer", "samenessGroup", "datacenters")
    return Reference(
        path,
        text(fields.get(key)),
        text(fields.get("serviceSubset")),
        text(fields.get("namespace")),
        any(fields.get(name) for name in elsewhere) or partition not in ("", "default"),
    )


def _providers(path: Path, fields: Fields) -> Iterator[tuple[Path, str]]:
    jwt = mapping(fields.get("jwt"))
    for i, provider in numbered(jwt.get("providers")):
        if name := text(provider.get("name")):
            yield (*path, "jwt", "providers", i, "name"), name


def methods(fields: Fields) -> tuple[str, ...]:
    """The methods of a match, as they are written."""
    return tuple(method for _, method in numbered_texts(fields.get("methods")))
