"""A rule of an AuthorizationPolicy names a method that HTTP does not have.

Why: no request has it. A policy that allows lets nothing in by it, one that denies refuses nothing. Mostly it is the
name of a method of gRPC: for HTTP every call of gRPC is a POST, and the method is its path. Methods are in capitals.

Example:
    rules:
    - to:
      - operation: {methods: [GetBook]}   # paths: [/shop.Books/GetBook]

Fix: write the method in capitals, or the service and method of gRPC in `paths`.

Silent when: Envoy takes the method from a client, such as those of WebDAV, or `*` stands for a part of such a one.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, MeshGraph, Names, Severity, analyzer
from meshctl.analysis.api.authorization import METHOD, constraints, fits

_USUAL = ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
# What Envoy's parser takes beside those.
_OTHERS = (
    "ACL BIND CHECKOUT COPY LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY PROPFIND PROPPATCH PURGE"
    " REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE"
)
_METHODS = (*_USUAL, *_OTHERS.split())


@analyzer("KIA0102", "authorizationpolicy-method-unknown", Severity.WARNING, reads=(AuthorizationPolicy,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy, constraint in constraints(mesh):
        if constraint.attribute == METHOD:
            for value in (*constraint.values, *constraint.excluded):
                if value.text and not any(fits(value.text, method) for method in _METHODS):
                    yield Claim(
                        policy, value.path, f"No request of HTTP has the method {value.text}.", fix=_advice(value.text)
                    )


def _advice(method: str) -> str:
    meant = method.upper() if method.upper() in _METHODS else Names(_USUAL).nearest(method.upper())
    if meant:
        return f"Did you mean {meant}?"
    if method.startswith("/"):
        return f"Move it to paths: {method} is a path."
    if not method.isupper():
        return f"If it is a method of gRPC, write its path under paths: /package.Service/{method}."
    return f"Use {', '.join(_USUAL[:-1])} or {_USUAL[-1]}."
