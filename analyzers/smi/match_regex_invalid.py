"""A match of an HTTPRouteGroup has a regular expression that no proxy can read.

Why: proxies match in RE2, which knows no look-around and no back-references. The match, and what refers to it, is
refused or never fits.

Example:
    kind: HTTPRouteGroup
    spec:
      matches:
      - {name: api, pathRegex: "/api/(?!admin).*", methods: [GET]}

Fix: write it in RE2 syntax.

Silent when: each expression can be read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Path, Severity, analyzer, listed, mapping
from meshctl.analysis.api.smi import HTTPRouteGroup, regex_error


@analyzer("SMI302", "route-group-regex-invalid", Severity.ERROR, reads=(HTTPRouteGroup,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for group in mesh.all(HTTPRouteGroup):
        for path, match in group.matches:
            for place, pattern in _patterns(path, match):
                why = regex_error(pattern) if isinstance(pattern, str) else ""
                if why:
                    yield Claim(
                        group,
                        place,
                        f"{pattern!r} is no regular expression of RE2 ({why}): the match is refused or fits none.",
                        fix="Write it without look-ahead, look-behind and back-references.",
                    )


def _patterns(path: Path, match: object) -> Iterator[tuple[Path, object]]:
    fields = mapping(match)
    yield (*path, "pathRegex"), fields.get("pathRegex")
    headers = fields.get("headers")
    # Version v1alpha2 has a list of mappings, the others one mapping.
    if isinstance(headers, list):
        for i, part in enumerate(listed(headers)):
            for name, pattern in mapping(part).items():
                yield (*path, "headers", i, name), pattern
    for name, pattern in mapping(headers).items():
        yield (*path, "headers", name), pattern
