"""A proxy refuses configuration that its control plane sends.

Why: Envoy checks what it gets and refuses a listener, cluster or route that it cannot use. It keeps the last one that
was good, for as long as it runs: no later change of that part reaches it, and a new pod gets nothing at all.

Example:
    kind: EnvoyFilter
    spec:
      configPatches:
      - applyTo: HTTP_FILTER
        patch:
          operation: INSERT_BEFORE
          value:
            name: envoy.filters.http.lua
            typed_config: {inlineCode: "function this is not lua"}   # every sidecar refuses its listeners

Fix: correct what the message names; without an EnvoyFilter behind it, look for the one object that the refused listener
or cluster is made from. Proxies that refuse one thing for one reason are one finding.

Silent when: the control plane says that everything was taken. Where only the proxy's counters are known, and not
whether the last refusal still stands, it is an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    ConfigMap,
    DestinationRule,
    EnvoyFilter,
    MeshGraph,
    Pod,
    Refusal,
    Severity,
    analyzer,
    configuration_words,
    destination_rules,
    enumerated,
    refusals,
    together,
)


@analyzer("MSH201", "proxy-rejects-configuration", Severity.ERROR, reads=(EnvoyFilter, DestinationRule, Pod, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in refusals(mesh):
        pod, names, others = together(mesh, found.states, "refuses it too")
        what = configuration_words(found.type)
        if found.resources:
            single = len(found.resources) == 1
            what = f"{what.removesuffix('s') if single else what} {enumerated(found.resources, len(found.resources))}"
        key = (found.type, "past" if found.past else "", *found.resources[:1])
        if found.past:
            yield Claim(
                pod,
                ("metadata", "name"),
                f"The proxy of {names} refused {what}: {found.reason}. Whether it still does is not observable.",
                fix="Look at the state that istiod has of it, or watch whether the counter update_rejected grows.",
                severity=Severity.INFO,
                key=key,
            )
        elif found.source and found.patch:
            yield Claim(
                found.source,
                found.patch.path[:-2],
                f"{_count(found)} {what} because of this EnvoyFilter"
                f"{'' if found.mentioned else ', the only one that changes them'}: {names}. "
                f"The proxy says: {found.reason}",
                fix="Correct this patch or take it out: until then what is refused stays as it was.",
                related=others,
                key=(found.type,),
            )
        else:
            yield Claim(
                pod,
                ("metadata", "name"),
                f"{_count(found)} {what}: {names}. The proxy says: {found.reason}",
                fix=_remedy(found),
                related=(
                    *others,
                    *(Also(each, ("spec",), "changes such configuration") for each in found.candidates[:MOST]),
                    *(Also(rule, ("spec", "host"), "says how this host is called") for rule in _rules(mesh, found)),
                ),
                key=key,
            )


def _count(found: Refusal) -> str:
    number = len(found.states)
    return "A proxy refuses its" if number == 1 else f"{number} proxies refuse their"


def _rules(mesh: MeshGraph, found: Refusal) -> tuple[DestinationRule, ...]:
    """The DestinationRules of refused clusters `outbound|PORT|SUBSET|HOST`."""
    names = [name.split("|") for name in found.resources[:MOST] if found.type == "CDS"]
    hosts = dict.fromkeys(parts[3] for parts in names if len(parts) == 4 and parts[0] == "outbound")
    return tuple(dict.fromkeys(rule for host in hosts for rule in destination_rules(mesh).anywhere(host)))[:MOST]


def _remedy(found: Refusal) -> str:
    if found.candidates:
        return "Take out the EnvoyFilters that change such configuration one by one, the newest first."
    return "Look for the last change of what it is made from: until it is undone, what is refused stays as it was."
