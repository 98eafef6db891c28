"""How VirtualServices name Gateways."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import listed
from meshctl.graph.kinds.networking import GENERATED, MESH
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.names import is_label, is_wildcard_domain
from meshctl.model.paths import Path


def gateway_names(value: Any, path: Path) -> Iterator[Fault]:
    """Names of Gateways, `namespace/name` or `name`; Istio looks at no more of them after the first of the latter."""
    for i, name in enumerate(listed(value)):
        yield from _gateway_name(name, (*path, i))
        if isinstance(name, str) and "/" not in name:
            return


def _gateway_name(name: Any, path: Path) -> Iterator[Fault]:
    if name == MESH or not isinstance(name, str) or is_label(name):
        return
    if GENERATED in name:
        yield Fault(
            path,
            f"{name!r} is no name that a Gateway can have, as any that Istio generates: nobody can refer to it.",
            "Write the name of a Gateway of your own, or of the Kubernetes Gateway.",
            note=True,
        )
        return
    place, slash, short = name.partition("/")
    if slash:
        if not (is_label(place) and is_label(short)):
            yield Fault(
                path,
                f"{name!r} is no name of a Gateway: namespace and name have to be DNS labels.",
                "Write `namespace/name`, in letters, digits and inner dashes.",
            )
    elif "." in name and is_wildcard_domain(name) and not name.startswith("*"):
        short, _, rest = name.partition(".")
        yield Fault(
            path,
            f"{name!r} is the old way to name a Gateway of another namespace.",
            f"Write {rest.partition('.')[0]}/{short}.",
            warning=True,
        )
    else:
        yield Fault(
            path,
            f"{name!r} is no name of a Gateway: such names are made of letters, digits and inner dashes.",
            "Write `name` or `namespace/name`.",
        )
