"""The resource that a user means: `vs/checkout`, `service/shop/reviews`, `VirtualService shop/checkout`."""

from collections.abc import Iterable, Mapping

from meshctl.graph.nearest import Names
from meshctl.model.ids import KindKey, ResourceId

SHORT: Mapping[str, str] = {
    "ap": "authorizationpolicy",
    "cm": "configmap",
    "deploy": "deployment",
    "dr": "destinationrule",
    "ds": "daemonset",
    "gtw": "gateway",
    "gw": "gateway",
    "ns": "namespace",
    "pa": "peerauthentication",
    "po": "pod",
    "ra": "requestauthentication",
    "rs": "replicaset",
    "se": "serviceentry",
    "sts": "statefulset",
    "svc": "service",
    "vs": "virtualservice",
    "we": "workloadentry",
    "wg": "workloadgroup",
}
_SHOWN = 10


class LookupFailed(Exception):
    """Nothing or several things are called that: one sentence."""


def find(known: Iterable[ResourceId], text: str, namespace: str = "") -> ResourceId:
    """The one resource that `text` names; without a namespace in it, of `namespace` or, where that is empty, of any.

    Kinds are read without regard to case, in the singular, the plural or as kubectl shortens them, with a group where
    needed (`gateway.networking.istio.io/public`). Raises LookupFailed with the next step.
    """
    kind, home, name = _parts(text)
    home = home or namespace
    candidates = list(known)
    kinds = _kinds({identity.kind_key for identity in candidates}, kind)
    of_kind = [identity for identity in candidates if identity.kind_key in kinds]
    named = sorted(i for i in of_kind if i.name == name)
    # What has no namespace is found from any.
    found = [i for i in named if not home or i.namespace in (home, "")]
    if len(found) == 1:
        return found[0]
    if found:
        shown = [_argument(i, found) for i in found[:_SHOWN]] + (["..."] if len(found) > _SHOWN else [])
        raise LookupFailed(f"{text!r} means several resources: {', '.join(shown)}")
    place = f" in the namespace {home}" if home else ""
    raise LookupFailed(f"the input holds no {_kind_name(kinds)} {name!r}{place}{_hint(named, of_kind, name)}")


def _parts(text: str) -> tuple[str, str, str]:
    """Kind, namespace (may be empty) and name."""
    kind, blank, rest = text.strip().partition(" ")
    if not blank:
        kind, _, rest = text.strip().partition("/")
    namespace, slash, name = rest.strip().rpartition("/")
    if not kind or not name or "/" in namespace or (slash and not namespace):
        raise LookupFailed(f"{text!r} is no resource: write kind/name or kind/namespace/name")
    return kind, namespace, name


def _kinds(known: set[KindKey], text: str) -> set[KindKey]:
    word, _, group = text.lower().partition(".")
    word = SHORT.get(word, word)
    found = {key for key in known if word in _spellings(key) and key.group.startswith(group)}
    if not found:
        near = Names(spelling for key in known for spelling in _spellings(key)).nearest(word)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(sorted({k.kind for k in known})) or 'none'}"
        raise LookupFailed(f"the input holds no resource of the kind {text!r}: {hint}")
    return found


def _spellings(key: KindKey) -> tuple[str, str]:
    one = key.kind.lower()
    if one.endswith("y") and one[-2:-1] not in "aeiou":
        return one, f"{one[:-1]}ies"
    return one, f"{one}es" if one.endswith(("s", "x", "ch")) else f"{one}s"


def _kind_name(kinds: Iterable[KindKey]) -> str:
    return min(key.kind for key in kinds)


def _hint(named: list[ResourceId], of_kind: list[ResourceId], name: str) -> str:
    if named:
        return f"; did you mean {_argument(named[0], named)}?"
    near = Names(i.name for i in of_kind).nearest(name)
    if near:
        meant = sorted(i for i in of_kind if i.name == near)
        return f"; did you mean {_argument(meant[0], meant)}?"
    return ""


def _argument(identity: ResourceId, among: Iterable[ResourceId]) -> str:
    """The resource as this command reads it, with its group where another one has the same kind."""
    kind = identity.kind.lower()
    if len({i.group for i in among}) > 1 and identity.group:
        kind = f"{kind}.{identity.group}"
    return f"{kind}/{identity.full_name}"
