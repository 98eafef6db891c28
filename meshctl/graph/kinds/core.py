"""Namespaces, Nodes, Services, ConfigMaps and Secrets."""

import base64
import json
import re
from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, labels, mapping, numbered, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path
from meshctl.sources.secretobjects import key_marks

# What `oc adm must-gather` writes instead of a value.
_ELIDED = re.compile(rb"\d+ bytes long")


class Namespace(View):
    """A Namespace."""

    KINDS = (KindKey("", "Namespace"),)


class Node(View):
    """A Node."""

    KINDS = (KindKey("", "Node"),)

    @property
    def kubelet(self) -> str:
        """The version of Kubernetes that it runs, as `v1.30.2`; empty where the Node has not said."""
        return text(mapping(self.status.get("nodeInfo")).get("kubeletVersion"))


class ConfigMap(View):
    """A ConfigMap."""

    KINDS = (KindKey("", "ConfigMap"),)

    @lazy
    def entries(self) -> Mapping[str, str]:
        """The text entries of `data`."""
        return labels(self.data.get("data"))

    def json_entry(self, key: str) -> Fields:
        """An entry parsed as a JSON object; empty if it is absent or is none."""
        try:
            return mapping(json.loads(self.entries.get(key, "")))
        except ValueError:
            return {}


class ServiceAccount(View):
    """A ServiceAccount."""

    KINDS = (KindKey("", "ServiceAccount"),)


class Secret(View):
    """A Secret. Its values are nobody's business but of the check that has to read one."""

    KINDS = (KindKey("", "Secret"),)

    @lazy
    def keys(self) -> frozenset[str]:
        """The keys of its entries, in `data` or `stringData`."""
        return frozenset({*mapping(self.data.get("data")), *mapping(self.data.get("stringData"))})

    def value(self, key: str) -> bytes | None:
        """The bytes of an entry, none where it is absent; None for a value that is encrypted, left out or filled in."""
        plain = mapping(self.data.get("stringData")).get(key)
        if "sops" in self.data:
            return None
        if plain is not None:
            return text(plain).encode(errors="replace")
        try:
            value = base64.b64decode("".join(text(mapping(self.data.get("data")).get(key)).split()), validate=True)
        except ValueError:
            return None
        return None if _ELIDED.fullmatch(value) else value

    def key_mark(self, key: str) -> str:
        """The mark of a private key whose value is redacted; empty for any other entry."""
        return key_marks(self.data).get(key, "")


class ServicePort(Struct, frozen=True):
    """A port of a Service. `target` is a number, a name, or None where it is left out (then it is `number`)."""

    path: Path
    name: str
    number: int | None
    protocol: str
    app_protocol: str | None
    target: int | str | None


class Service(View):
    """A Kubernetes Service."""

    KINDS = (KindKey("", "Service"),)

    @lazy
    def type(self) -> str:
        """Type, `ClusterIP` by default."""
        return text(self.spec.get("type")) or "ClusterIP"

    @property
    def is_headless(self) -> bool:
        """True if it has no address of its own, only those of its pods."""
        return self.spec.get("clusterIP") == "None"

    @lazy
    def selector(self) -> Mapping[str, str]:
        """Labels of the pods behind it; empty for a Service without selector."""
        return labels(self.spec.get("selector"))

    @lazy
    def ports(self) -> tuple[ServicePort, ...]:
        """Ports in order. Protocol is as written, empty where it is left out."""
        return tuple(
            ServicePort(
                path=("spec", "ports", i),
                name=text(port.get("name")),
                number=integer(port.get("port")),
                protocol=text(port.get("protocol")),
                app_protocol=text(port["appProtocol"]) if port.get("appProtocol") is not None else None,
                target=_target(port.get("targetPort")),
            )
            for i, port in numbered(self.spec.get("ports"))
        )

    @lazy
    def ports_by_number(self) -> Mapping[int | None, ServicePort]:
        """Its ports by number, the first of each."""
        return {port.number: port for port in reversed(self.ports)}

    @lazy
    def ports_by_name(self) -> Mapping[str, ServicePort]:
        """Its ports by name, the first of each; a single one may have none."""
        return {port.name: port for port in reversed(self.ports)}

    def has_port(self, name: str, number: int | None) -> bool:
        """Whether one port has that name and that number, where they are given."""
        if name:
            named = self.ports_by_name.get(name)
            return named is not None and number in (None, named.number)
        return number is None or number in self.ports_by_number


def _target(value: object) -> int | str | None:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if isinstance(value, str):
        return value or None
    return integer(value) or None
