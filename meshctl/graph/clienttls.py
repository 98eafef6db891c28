"""What DestinationRules say about TLS towards servers."""

from collections.abc import Iterator

from msgspec import Struct, structs

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path


class ClientTls(Struct, frozen=True):
    """TLS settings of a DestinationRule, or of its subset of that name; `port` is None where they are for all ports."""

    rule: DestinationRule
    path: Path
    fields: Fields
    port: int | None
    of_port: bool
    subset: str | None = None

    @property
    def mode(self) -> str:
        """SIMPLE, MUTUAL and so on; DISABLE is the default."""
        return text(self.fields.get("mode")) or "DISABLE"

    @property
    def verifies_server(self) -> bool:
        """Whether the server's certificate is checked against a CA that somebody named, or no TLS starts here.

        A proxy takes the CA out of the credential only where the rule selects pods.
        """
        if self.mode not in ("SIMPLE", "MUTUAL") or self.fields.get("caCertificates"):
            return True
        return bool(self.fields.get("credentialName") and self.rule.spec.get("workloadSelector"))

    @property
    def place(self) -> Path:
        """The field that lacks the CA: the empty one if it is written, else the mode."""
        return (*self.path, "caCertificates" if "caCertificates" in self.fields else "mode")


@index(DestinationRule)
def unverified_servers(mesh: MeshGraph) -> tuple[ClientTls, ...]:
    """All TLS settings that do not verify the server, of rules and their subsets."""
    return tuple(tls for rule in mesh.all(DestinationRule) for tls in _client_tls(rule) if not tls.verifies_server)


def _client_tls(rule: DestinationRule) -> Iterator[ClientTls]:
    if policy := mapping(rule.spec.get("trafficPolicy")):
        yield from _of_policy(rule, policy, ("spec", "trafficPolicy"))
    for i, subset in numbered(rule.spec.get("subsets")):
        if policy := mapping(subset.get("trafficPolicy")):
            for tls in _of_policy(rule, policy, ("spec", "subsets", i, "trafficPolicy")):
                yield structs.replace(tls, subset=text(subset.get("name")))


def _of_policy(rule: DestinationRule, policy: Fields, path: Path) -> Iterator[ClientTls]:
    if tls := mapping(policy.get("tls")):
        yield ClientTls(rule, (*path, "tls"), tls, None, False)
    for i, setting in numbered(policy.get("portLevelSettings")):
        if tls := mapping(setting.get("tls")):
            number = integer(mapping(setting.get("port")).get("number"))
            yield ClientTls(rule, (*path, "portLevelSettings", i, "tls"), tls, number, True)
