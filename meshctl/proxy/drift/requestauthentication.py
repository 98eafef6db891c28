"""RequestAuthentications: the issuers whose tokens a listener takes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered, text, texts
from meshctl.graph.kinds.policy import RequestAuthentication
from meshctl.graph.selectors import matches
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.paths import Path
from meshctl.proxy.drift.rbac import managers
from meshctl.proxy.drift.values import UNREADABLE, dig, flag
from meshctl.proxy.drift.wants import Aspect, Want, want

_FILTER = ".filters.http.jwt_authn.v3.JwtAuthentication"
_COVERS: tuple[Path, ...] = (
    ("filter_chains", "*", "filters", "*", "typed_config", "http_filters"),
    ("default_filter_chain", "filters", "*", "typed_config", "http_filters"),
)


def wants_of_tokens(viewer: Viewer) -> Iterator[Want]:
    """What the RequestAuthentications of a pod want of a listener with HTTP; an issuer named twice is left out."""
    mine = [p for p in viewer.mesh.all(RequestAuthentication) if _is_for(viewer, p)]
    issuers = Counter(text(rule.get("issuer")) for policy in mine for rule in policy.rules)
    for policy in mine:
        for i, rule in numbered(policy.spec.get("jwtRules")):
            issuer = text(rule.get("issuer"))
            if issuer and issuers[issuer] == 1:
                yield from _rule(policy, ("spec", "jwtRules", i), issuer, rule)


def _is_for(viewer: Viewer, policy: RequestAuthentication) -> bool:
    near = policy.namespace in (viewer.namespace, viewer.root)
    return near and not policy.targets and matches(policy.selector, viewer.labels)


def _rule(policy: RequestAuthentication, path: Path, issuer: str, rule: Fields) -> Iterator[Want]:
    yield want(policy, (*path, "issuer"), _said(issuer, "issuer", lambda found: found is not None, missing=False), True)
    audiences = _said(issuer, "audiences", lambda found: tuple(sorted(texts(mapping(found).get("audiences")))))
    yield want(policy, (*path, "audiences"), audiences, tuple(sorted(texts(rule.get("audiences")))), rest=True)
    forward = _said(issuer, "forward", lambda found: flag(mapping(found).get("forward")))
    wanted = rule.get("forwardOriginalToken") is True
    yield want(policy, (*path, "forwardOriginalToken"), forward, wanted, rest=True)
    if keys := text(rule.get("jwks")):
        inline = _said(issuer, "local_jwks", lambda found: dig(found, "local_jwks", "inline_string"))
        yield want(policy, (*path, "jwks"), inline, keys, rest=True)


def _said(issuer: str, field: str, read: Any, missing: Any = UNREADABLE) -> Aspect:
    """What all chains that know the issuer say of it; `missing` where none does, nothing where none has HTTP."""

    def found(listener: Any) -> Any:
        chains = [list(_providers(manager)) for manager in managers(listener)]
        values = {read(p) for providers in chains for p in providers if p.get("issuer") == issuer}
        if not chains or len(values) > 1:
            return UNREADABLE
        return values.pop() if values else missing

    return Aspect(f"jwt_authn.providers[{issuer}].{field}", found, _COVERS)


def _providers(manager: Fields) -> Iterator[Fields]:
    for _, found in numbered(manager.get("http_filters")):
        if text(dig(found, "typed_config", "@type")).endswith(_FILTER):
            yield from map(mapping, mapping(dig(found, "typed_config", "providers")).values())
