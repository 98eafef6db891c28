"""Whether a match of a VirtualService's http route takes a request, and if not, why."""

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from meshctl.graph.fields import Fields, mapping
from meshctl.graph.httpcoverage import ANY, Condition, condition
from meshctl.graph.trace.call import Call, shown_header
from meshctl.model.paths import Path

CLAIMS = "@request.auth.claims"


class Misfit(Struct, frozen=True):
    """Why a request is not taken: what about it, and the condition's path below the match.

    `certain` is false where that depends on something that nobody said, such as a token.
    """

    text: str
    path: Path
    certain: bool = True


def misfits(match: Fields, call: Call) -> Iterator[Misfit]:
    """The conditions that a request does not fulfil; none where it is taken."""
    any_case = match.get("ignoreUriCase") is True
    uri = condition(match.get("uri"))
    if uri and not _fits(uri, call.path, any_case=any_case):
        yield Misfit(f"its path is {call.path}, not {_words(uri)}", ("uri", uri[0]))
    for name, value in (("method", call.method), ("scheme", call.scheme), ("authority", call.authority or call.host)):
        wanted = condition(match.get(name))
        if wanted and not _fits(wanted, value):
            yield Misfit(f"its {name} is {value}, not {_words(wanted)}", (name, wanted[0]))
    for name, value in mapping(match.get("headers")).items():
        yield from _header(name, condition(value) or ANY, call)
    for name, value in mapping(match.get("withoutHeaders")).items():
        wanted = condition(value) or ANY
        given = call.headers.get(name.lower())
        if given is not None and _fits(wanted, given):
            yield Misfit(f"its header {name} is {shown_header(name, given)!r}", ("withoutHeaders", name))
    for name, value in mapping(match.get("queryParams")).items():
        wanted, given = condition(value) or ANY, call.query.get(name)
        if given is None:
            yield Misfit(f"it has no query parameter {name}", ("queryParams", name))
        elif not _fits(wanted, given):
            yield Misfit(f"its query parameter {name} is {given!r}, not {_words(wanted)}", ("queryParams", name))


def _header(name: str, wanted: Condition, call: Call) -> Iterator[Misfit]:
    path: Path = ("headers", name)
    if name.startswith(CLAIMS):
        yield Misfit(f"it needs a token with {name.removeprefix(CLAIMS).strip('.[]')}", path, certain=False)
        return
    given = call.headers.get(name.lower())
    if given is None:
        yield Misfit(f"it has no header {name}", path)
    elif not _fits(wanted, given):
        yield Misfit(f"its header {name} is {shown_header(name, given)!r}, not {_words(wanted)}", path)


def _fits(wanted: Condition, value: str, *, any_case: bool = False) -> bool:
    how, text = wanted
    if any_case and how != "regex":
        value, text = value.lower(), text.lower()
    if wanted == ANY or (how == "regex" and text == "*"):
        return True
    if how == "regex":
        return regex_fits(text, value)
    return value == text if how == "exact" else value.startswith(text)


@lru_cache(1024)
def regex_fits(pattern: str, value: str) -> bool:
    """Whether RE2 takes the whole text; one that it does not understand takes none."""
    import re2  # type: ignore[import-untyped]

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options).fullmatch(value) is not None
    except re2.error:
        return False


def _words(wanted: Condition) -> str:
    how, text = wanted
    shown = text or "''"
    return {"exact": shown, "prefix": f"{shown}...", "regex": f"like {shown}"}.get(how, "anything")
