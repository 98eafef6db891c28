"""A DestinationRule as a whole."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import listed
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.hosts import export_to, wildcard_domain
from meshctl.graph.validation.labels import label_set, selector
from meshctl.graph.validation.names import is_label, is_wildcard_domain
from meshctl.graph.validation.trafficpolicy import traffic_policy, unwarned


def destination_rule(view: DestinationRule) -> Iterator[Fault]:
    """What Istio refuses in a DestinationRule."""
    spec = view.spec
    if not view.host:
        yield Fault(("spec", "host"), "The rule has no host, so it is for nothing.", "Add the host it is for.")
    elif not is_wildcard_domain(view.host):
        yield from wildcard_domain(view.host, ("spec", "host"))
    if "trafficPolicy" in spec:
        yield from traffic_policy(spec["trafficPolicy"], ("spec", "trafficPolicy"), view.namespace)
    if "subsets" in spec:
        yield from _subsets(spec["subsets"], view.namespace)
    if "exportTo" in spec:
        yield from export_to(spec["exportTo"], ("spec", "exportTo"), view.namespace)
    if spec.get("workloadSelector") is not None:
        yield from selector(spec, ("spec",), "workloadSelector", "matchLabels")
        for i, scope in enumerate(listed(spec.get("exportTo"))):
            if scope not in (".", view.namespace):
                yield Fault(
                    ("spec", "exportTo", i),
                    "A rule for selected workloads can be seen in its own namespace alone.",
                    'Write `exportTo: ["."]`, or remove workloadSelector.',
                )


def _subsets(value: Any, namespace: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for i, subset in enumerate(listed(value)):
        if not isinstance(subset, dict):
            if subset is None:
                yield Fault(("spec", "subsets", i), "The subset is null.", "Remove the item.")
            continue
        name = subset.get("name")
        if isinstance(name, str) and name in seen:
            yield Fault(
                ("spec", "subsets", i, "name"),
                f"The subset {name} stands twice, so it is open which labels it has.",
                "Rename one of the two.",
            )
        elif not name:
            yield Fault(("spec", "subsets", i, "name"), "The subset has no name, so no route can use it.", "Add one.")
        elif isinstance(name, str):
            seen.add(name)
            if not is_label(name):
                yield Fault(
                    ("spec", "subsets", i, "name"),
                    f"{name!r} is no name of a subset.",
                    "Use up to 63 letters, digits and inner dashes.",
                )
        if "labels" in subset:
            yield from label_set(subset["labels"], ("spec", "subsets", i, "labels"))
        if "trafficPolicy" in subset:
            path = ("spec", "subsets", i, "trafficPolicy")
            yield from unwarned(traffic_policy(subset["trafficPolicy"], path, namespace))
