"""Which versions of the Gateway API's definitions Istio can use."""

import re
from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.kinds.definitions import CustomResourceDefinition

GATEWAY_API = "gateway.networking.k8s.io"
GATEWAY_API_BUNDLE = f"{GATEWAY_API}/bundle-version"

Version = tuple[int, int, int]

_MINIMUM: Mapping[str, Version] = {
    f"grpcroutes.{GATEWAY_API}": (1, 1, 0),
    f"backendtlspolicies.{GATEWAY_API}": (1, 4, 0),
    f"tlsroutes.{GATEWAY_API}": (1, 5, 0),
    f"tcproutes.{GATEWAY_API}": (1, 6, 0),
}
_NUMBERS = re.compile(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:[-+].*)?")


class TooOld(Struct, frozen=True):
    """The installed version of a definition, and the least that Istio reads."""

    installed: str
    minimum: str


def too_old(definition: CustomResourceDefinition) -> TooOld | None:
    """Whether a definition of the Gateway API is of a release that Istio ignores; None also where it does not say."""
    minimum = _MINIMUM.get(definition.name)
    numbers = _NUMBERS.fullmatch(definition.annotations.get(GATEWAY_API_BUNDLE, "").strip())
    if minimum is None or numbers is None:
        return None
    installed = (int(numbers[1]), int(numbers[2] or 0), int(numbers[3] or 0))
    return TooOld(_shown(installed), _shown(minimum)) if installed < minimum else None


def _shown(version: Version) -> str:
    return ".".join(map(str, version))
