"""Policies: resources that apply to workloads by their labels, or to gateways and services by name."""

import re
from collections.abc import Mapping
from typing import ClassVar

from meshctl.graph.fields import Fields, labels, mapping, numbered, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

GROUP = "security.istio.io"
_PORT = re.compile(r"[0-9]{1,5}\Z").match

_AUTHORIZATION = KindKey(GROUP, "AuthorizationPolicy")
_REQUEST_AUTHENTICATION = KindKey(GROUP, "RequestAuthentication")
_TELEMETRY = KindKey("telemetry.istio.io", "Telemetry")


class Policy(View):
    """A policy. One without selector and targets is for its whole namespace, in the root namespace for the mesh."""

    KINDS: ClassVar[tuple[KindKey, ...]] = (
        _AUTHORIZATION,
        _REQUEST_AUTHENTICATION,
        _TELEMETRY,
        KindKey("extensions.istio.io", "WasmPlugin"),
    )

    @lazy
    def selector(self) -> Mapping[str, str]:
        """Labels of the workloads it is for; empty for all of them."""
        return labels(mapping(self.spec.get("selector")).get("matchLabels"))

    @lazy
    def targets(self) -> tuple[Fields, ...]:
        """What it names in `targetRefs`, or in the older `targetRef`."""
        single = mapping(self.spec.get("targetRef"))
        return tuple(target for _, target in numbered(self.spec.get("targetRefs"))) or ((single,) if single else ())

    @property
    def place(self) -> Path:
        """The field that says whom it is for: the first label of the selector, or its name where it has none."""
        first = sorted(self.selector)[:1]
        return ("spec", "selector", "matchLabels", *first) if first else ("metadata", "name")


class AuthorizationPolicy(Policy):
    """An AuthorizationPolicy."""

    KINDS = (_AUTHORIZATION,)


class Telemetry(Policy):
    """A Telemetry."""

    KINDS = (_TELEMETRY,)


class RequestAuthentication(Policy):
    """A RequestAuthentication."""

    KINDS = (_REQUEST_AUTHENTICATION,)

    @property
    def is_attached(self) -> bool:
        """True if it names its targets instead of selecting pods."""
        return bool(self.targets)

    @lazy
    def rules(self) -> tuple[Fields, ...]:
        """Its jwtRules in order."""
        return tuple(rule for _, rule in numbered(self.spec.get("jwtRules")))


class PeerAuthentication(View):
    """A PeerAuthentication. One without selector is for its whole namespace, in the root namespace for the mesh."""

    KINDS = (KindKey(GROUP, "PeerAuthentication"),)

    @lazy
    def selector(self) -> Mapping[str, str]:
        """Labels of the workloads it is for; empty for all of them."""
        return labels(mapping(self.spec.get("selector")).get("matchLabels"))

    @property
    def mode(self) -> str:
        """STRICT, PERMISSIVE or DISABLE; empty where it says nothing, or UNSET."""
        return _mode(self.spec.get("mtls"))

    @lazy
    def port_modes(self) -> Mapping[int, str]:
        """The modes of single ports, as those of `mode`, by the number of the port in the pod."""
        ports = mapping(self.spec.get("portLevelMtls"))
        return {int(port): _mode(value) for port, value in ports.items() if _PORT(port)}


def _mode(mtls: object) -> str:
    said = text(mapping(mtls).get("mode"))
    return said if said in ("STRICT", "PERMISSIVE", "DISABLE") else ""
