"""What an http route does instead of sending a request on: redirect, rewrite, answer itself."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, integer, mapping, text
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.headers import authority_changes
from meshctl.graph.validation.ranges import between, port
from meshctl.graph.validation.regexes import regex
from meshctl.model.paths import Path

_LARGE_BODY, _LARGEST_BODY = 100 * 1024, 1024 * 1024


def redirect(value: Any, path: Path, prefixes_only: bool) -> Iterator[Fault]:
    """A redirect; `prefixes_only` says that every match of the route has a uri prefix."""
    to = mapping(value)
    if to.get("uri") and to.get("prefixRewrite"):
        yield Fault((*path, "prefixRewrite"), "The redirect has both uri and prefixRewrite.", "Keep one of the two.")
    elif to.get("prefixRewrite") and not prefixes_only:
        yield Fault(
            (*path, "prefixRewrite"),
            "The redirect rewrites a prefix, and not every match of the route has one.",
            "Match by `uri: {prefix: ...}`.",
        )
    elif not any(to.get(field) for field in ("uri", "prefixRewrite", "authority", "scheme", "port", "derivePort")):
        yield Fault(path, "The redirect changes nothing, so clients come back for ever.", "Add uri or authority.")
    if to.get("redirectCode"):
        yield from between(to["redirectCode"], (*path, "redirectCode"), 300, 399)
    scheme = text(to.get("scheme"))
    if scheme not in ("", "http", "https"):
        yield Fault((*path, "scheme"), f"{scheme!r} is no scheme to redirect to.", "Use http or https.")
    if to.get("port"):
        yield from port(to["port"], (*path, "port"))


def rewrite(route: Fields, path: Path) -> Iterator[Fault]:
    """A rewrite, and the host that it or the headers set."""
    value = route.get("rewrite")
    to = mapping(value)
    if isinstance(value, dict):
        place = (*path, "rewrite")
        pattern = to.get("uriRegexRewrite")
        if to.get("uri") and pattern:
            yield Fault((*place, "uriRegexRewrite"), "Both uri and uriRegexRewrite are set.", "Keep one of the two.")
        elif not (to.get("uri") or pattern or to.get("authority")):
            yield Fault(place, "The rewrite changes nothing.", "Add uri, uriRegexRewrite or authority, or remove it.")
        if isinstance(pattern, dict):
            for field in ("match", "rewrite"):
                if not pattern.get(field):
                    yield Fault((*place, "uriRegexRewrite", field), f"uriRegexRewrite has no {field}.", "Add both.")
            if pattern.get("match"):
                yield from regex(pattern["match"], (*place, "uriRegexRewrite", "match"))
    changes = list(authority_changes(route.get("headers"), (*path, "headers"))) if "headers" in route else []
    if to.get("authority"):
        changes.insert(0, (*path, "rewrite", "authority"))
    for place in changes[1:]:
        yield Fault(place, "The host of the request is set more than once.", "Set it in one place.")


def direct_response(value: Any, path: Path) -> Iterator[Fault]:
    """An answer of the proxy itself."""
    answer = mapping(value)
    status = integer(answer.get("status"))
    yield from between(status or 0, (*path, "status"), 200, 600)
    body = mapping(answer.get("body"))
    for field, share in (("string", 1.0), ("bytes", 0.75)):
        size = int(len(text(body.get(field)).encode()) * share)
        if size > _LARGEST_BODY:
            yield Fault((*path, "body", field), f"The body has {size} bytes.", f"Use {_LARGEST_BODY} bytes at most.")
        elif size > _LARGE_BODY:
            yield Fault(
                (*path, "body", field),
                f"The body has {size} bytes, which every proxy keeps in memory.",
                "Serve it from a workload.",
                warning=True,
            )
