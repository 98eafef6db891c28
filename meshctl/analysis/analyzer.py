"""What a check is: a declaration around a pure function over the mesh."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from msgspec import Struct

from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.view import View
from meshctl.model.edit import Edit
from meshctl.model.ids import KindKey
from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.model.severity import Severity

ABSENT = "\0absent\0"
"""Stands in a message where "does not exist" belongs; the framework writes what can be proven."""


class Also(Struct, frozen=True):
    """Another resource that has a part in a claim."""

    subject: View
    path: Path
    message: str


class Claim(Struct, frozen=True):
    """What a check says: this field of this resource is wrong, why it matters, and what to do.

    `message` is one or two sentences that name the thing and the harm; `fix` is the next step, a sentence.
    `absent` is what the claim is about where that is something missing: write ABSENT where the verb belongs.
    `severity` may only lower the declared one. `on_key` marks the key instead of the value.
    `key` tells apart two claims of one check at one field; what is missing is part of it anyway.
    `place` is for claims about an input file, which have no subject; a `key` then says what stays the same about it.
    `edit` mends it, where there is no doubt what was meant: `--fix` makes it.
    """

    subject: View | None
    path: Path
    message: str
    fix: str = ""
    related: tuple[Also, ...] = ()
    absent: Missing | None = None
    severity: Severity | None = None
    on_key: bool = False
    key: tuple[str, ...] = ()
    place: Location | None = None
    edit: Edit | None = None


Check = Callable[[MeshGraph], Iterator[Claim]]


@dataclass(frozen=True, slots=True)
class Analyzer:
    """A declared check. `subject` is the folder it lives in, `doc` the docstring of its file.

    One that is only made `on_request` runs when its code or name is selected, for it is noise to most. One
    `across_clusters` compares clusters and sees them all in one graph; every other sees one cluster at a time.
    """

    code: str
    name: str
    severity: Severity
    reads: frozenset[KindKey]
    absent: frozenset[KindKey]
    check: Check
    module: str
    doc: str = field(repr=False, default="")
    on_request: bool = False
    across_clusters: bool = False

    @property
    def summary(self) -> str:
        """First line of its documentation."""
        return self.doc.strip().partition("\n")[0]

    @property
    def subject(self) -> str:
        """Name of the folder it lives in: `injection`, `virtualservice`."""
        return self.module.split(".")[-2] if "." in self.module else ""

    @property
    def help_uri(self) -> str:
        """Istio's own page for one of its codes, Kiali's for its own; none is invented for ours."""
        if self.code.startswith("IST"):
            return f"https://istio.io/latest/docs/reference/config/analysis/{self.code.lower()}/"
        return "https://kiali.io/docs/features/validations/" if self.code.startswith("KIA") else ""

    def answers_to(self, token: str) -> bool:
        """Whether a code, a name, or a prefix of either means this check."""
        return token == "ALL" or self.code.startswith(token.upper()) or self.name.startswith(token)

    def is_called(self, token: str) -> bool:
        """Whether a token is its own code or its own name."""
        return token.upper() == self.code or token == self.name


def analyzer(
    code: str,
    name: str,
    severity: Severity,
    *,
    reads: tuple[type[View], ...] = (),
    absent: tuple[type[View], ...] = (),
    on_request: bool = False,
    across_clusters: bool = False,
) -> Callable[[Check], Analyzer]:
    """Declare a check.

    `name` reads after "allow": it names what is wrong. `reads` are the kinds it looks at, `absent` those of them whose
    absence it takes as evidence. With `on_request` it runs only if its own code or name is selected. `across_clusters`
    lets it see all clusters at once. The documentation is the docstring of the file.
    """

    def declare(check: Check) -> Analyzer:
        return Analyzer(
            code=code,
            name=name,
            severity=severity,
            reads=frozenset(key for kind in reads for key in kind.KINDS),
            absent=frozenset(key for kind in absent for key in kind.KINDS),
            check=check,
            module=check.__module__,
            doc=sys.modules[check.__module__].__doc__ or "",
            on_request=on_request,
            across_clusters=across_clusters,
        )

    return declare
