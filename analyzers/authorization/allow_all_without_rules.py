"""An AuthorizationPolicy that is called after allowing everything has no rules, so it denies everything.

Why: what a policy allows is what its rules say. Without rules it allows nothing, and as there is an ALLOW policy, all
that none allows is denied. Everything is allowed by one empty rule.

Example:
    metadata: {name: allow-all}
    spec: {}   # rules: [{}]

Fix: write `rules: [{}]` to allow everything; call it allow-nothing, if it is meant to deny.

Silent when: the name says anything else: `spec: {}` is the usual way to deny all that no other policy allows.
"""

import re
from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.authorization import action_of

_ALLOWS_ALL = re.compile(r"(?:.*-)?allow-?(?:all|any|everything|everyone|traffic|any-any)(?:-.*)?\Z")
_NEGATION = re.compile(r"\b(?:deny|no|not|dis|except|block)\b|disallow")


@analyzer("MSH433", "authorizationpolicy-allow-all-without-rules", Severity.WARNING, reads=(AuthorizationPolicy,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy in mesh.all(AuthorizationPolicy):
        if action_of(policy) == "ALLOW" and not policy.spec.get("rules") and _says_it_allows_all(policy.name):
            yield Claim(
                policy,
                ("spec", "rules") if "rules" in policy.spec else ("metadata", "name"),
                f"{policy.name} has no rules, so it allows nothing and denies all that no other policy allows.",
                fix="Write `rules: [{}]` to allow everything, or give it a name that says what it does.",
            )


def _says_it_allows_all(name: str) -> bool:
    return bool(_ALLOWS_ALL.match(name)) and not _NEGATION.search(name.replace("-", " "))
