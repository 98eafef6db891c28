"""Which injection webhooks are called for the same pod."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from msgspec import Struct

from meshctl.graph.fields import Fields, labels, mapping, numbered, texts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.selectors import label_selector_matches
from meshctl.graph.webhooks import INJECT, INJECTION, REVISION, InjectionWebhook, injection_webhooks

_NONE = ""
_OTHER = "\0any other"
"""A revision that the selector at hand does not name: all of these are alike to it."""


class _Accepted(Struct, frozen=True):
    """Which labels a selector accepts: pairs of the value of the switch and the revision, of those that it names."""

    revisions: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    def accepts(self, switch: str, revision: str) -> bool:
        return (switch, revision if revision in self.revisions else _OTHER) in self.pairs

    def meets(self, other: "_Accepted") -> bool:
        """Whether both accept some pair."""
        tried = self.pairs | other.pairs
        return any(self.accepts(*pair) and other.accepts(*pair) for pair in tried)


class WebhookOverlaps:
    """Injection webhooks that have a pod in common with others.

    `found` are those with the same selectors, each time with all that overlap, themselves among them.
    """

    def __init__(self, clusters: Iterable[Iterable[InjectionWebhook]]) -> None:
        self._group_of: dict[str, set[int]] = defaultdict(set)
        self._meeting: list[frozenset[int]] = []
        self.found: list[tuple[Sequence[InjectionWebhook], Sequence[InjectionWebhook]]] = []
        for webhooks in clusters:
            self._add(webhooks)

    def explain(self, called: Iterable[str]) -> bool:
        """Whether each two of these webhooks, by full name, overlap."""
        times: dict[frozenset[int], int] = defaultdict(int)
        for name in called:
            times[frozenset(self._group_of.get(name, ()))] += 1
        pairs = [*combinations(times, 2), *((groups, groups) for groups, n in times.items() if n > 1)]
        return all(any(not self._meeting[g].isdisjoint(others) for g in groups) for groups, others in pairs)

    def _add(self, webhooks: Iterable[InjectionWebhook]) -> None:
        alike: dict[tuple[_Accepted, _Accepted], list[InjectionWebhook]] = defaultdict(list)
        for webhook in webhooks:
            spaces = _accepted(webhook.webhook.namespace_selector, INJECTION, ("enabled", "disabled"))
            alike[spaces, _accepted(webhook.webhook.object_selector, INJECT, ("true", "false"))].append(webhook)
        groups = list(alike.values())
        start = len(self._meeting)
        for number, meeting in enumerate(_meeting(list(alike))):
            for webhook in groups[number]:
                self._group_of[webhook.full_name].add(start + number)
            self._meeting.append(frozenset(start + other for other in meeting))
            together = [webhook for other in meeting for webhook in groups[other]]
            if len({webhook.full_name for webhook in together}) > 1:
                self.found.append((groups[number], together))


@index(MutatingWebhookConfiguration, ConfigMap)
def webhook_overlaps(mesh: MeshGraph) -> WebhookOverlaps:
    """The injection webhooks of the input that have a pod in common with others.

    Tried are all combinations of the labels that people set: on or off for namespace and pod, with every revision. One
    with matchConditions is left out, as only the API server can evaluate them.
    """
    clusters = sorted({c.cluster for c in mesh.all(MutatingWebhookConfiguration)})
    return WebhookOverlaps(filter(_is_called, injection_webhooks(mesh).of_istio_in(cluster)) for cluster in clusters)


def _is_called(webhook: InjectionWebhook) -> bool:
    """One without rules is not called yet, but says already whom it is for."""
    return not webhook.webhook.conditional and (not webhook.webhook.rules or webhook.webhook.asks_for_new_pods)


def _meeting(selections: Sequence[tuple[_Accepted, _Accepted]]) -> Iterator[list[int]]:
    """For each selection of namespaces and pods, the numbers of those that meet it.

    Most select the namespaces of one revision, and are only compared with those that may select these too.
    """
    of_pair: dict[tuple[str, str], list[int]] = defaultdict(list)
    wide = [number for number, (spaces, _) in enumerate(selections) if _is_wide(spaces)]
    for number, (spaces, _) in enumerate(selections):
        for pair in () if _is_wide(spaces) else spaces.pairs:
            of_pair[pair].append(number)
    for spaces, pods in selections:
        near: Iterable[int] = range(len(selections))
        if not _is_wide(spaces):
            near = {*wide, *(number for pair in spaces.pairs for number in of_pair[pair])}
        yield [n for n in sorted(near) if selections[n][0].meets(spaces) and selections[n][1].meets(pods)]


def _is_wide(accepted: _Accepted) -> bool:
    return any(revision == _OTHER for _, revision in accepted.pairs)


def _accepted(selector: Fields, switch: str, values: Sequence[str]) -> _Accepted:
    revisions = {_NONE, _OTHER, *_revisions(selector)}
    pairs = ((value, revision) for value in (_NONE, *values) for revision in revisions)
    chosen = frozenset(pair for pair in pairs if label_selector_matches(mapping(selector), _labels(switch, *pair)))
    return _Accepted(frozenset(revisions - {_OTHER}), chosen)


def _labels(switch: str, value: str, revision: str) -> dict[str, str]:
    return {key: text for key, text in ((switch, value), (REVISION, revision)) if text != _NONE}


def _revisions(selector: Fields) -> Iterator[str]:
    if named := labels(selector.get("matchLabels")).get(REVISION):
        yield named
    for _, expression in numbered(selector.get("matchExpressions")):
        if expression.get("key") == REVISION:
            yield from texts(expression.get("values"))
