"""Inputs made to hurt: n of one kind that all concern one thing, so that a cost of n times n shows.

Usage: python -m bench.hurtful NAME N FILE

Every input has one namespace with a workload behind a Service; the name says what there are N of beside them.
"""

from collections.abc import Callable, Mapping

from bench.hurtful import (
    ambient,
    authorization,
    cluster,
    consul,
    gateways,
    kubernetesgateways,
    linkerd,
    linkerdlive,
    mutualtls,
    routes,
    selectors,
    smi,
)
from bench.hurtful.manifests import documents, entry, istio

Input = Callable[[int], str]


def harmless(n: int) -> str:
    """As many documents as the others have, and nothing between them: what reading and reporting nothing costs."""
    return documents(lambda i: istio("ServiceEntry", f"e{i}", entry(f"h{i}.example.com")), n)


HURTFUL: Mapping[str, Input] = {
    name.replace("_", "-"): made
    for module in (
        gateways,
        kubernetesgateways,
        routes,
        selectors,
        ambient,
        authorization,
        cluster,
        consul,
        linkerd,
        linkerdlive,
        mutualtls,
        smi,
    )
    for name, made in vars(module).items()
    if callable(made) and made.__module__ == module.__name__ and not name.startswith("_")
}
