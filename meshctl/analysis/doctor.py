"""What stands in the way of reading clusters, and how to get it out of the way."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.installed import MESHES, installed
from meshctl.analysis.needs import readers
from meshctl.analysis.rbac import FORWARD, Rule
from meshctl.analysis.rbac import rules as rules_for
from meshctl.analysis.remedies import remedy
from meshctl.model.ids import KindKey
from meshctl.model.result import Result, Unread
from meshctl.sources.cluster.examine import Access, Examined
from meshctl.sources.cluster.kubeconfig import Context
from meshctl.sources.cluster.optional import OPTIONAL

Row = dict[str, Any]
Status = Literal["ok", "note", "problem"]

_CONFIG_MAP = KindKey("", "ConfigMap")
# From here on a server says in one answer what it serves, and everything that is read has been stable.
_OLDEST = (1, 26)
# Ages of proxies' states and of certificates are told to the second, and clocks are hardly ever better than this.
_SKEW = 10.0


def doctor(
    examined: Mapping[Context, Examined | str],
    analyzers: Sequence[Analyzer],
    *,
    namespace: str = "",
) -> Result:
    """Tables `doctor` (a row for each thing that was looked at) and `doctorKinds` (what may be read of each kind).

    `namespace` is the one that is meant to be read; empty for all. What cannot be read is unread.
    """
    rows: list[Row] = []
    kinds: list[Row] = []
    unread: list[Unread] = []
    for context, found in examined.items():
        if isinstance(found, str):
            rows.append(_row(context, "server", "problem", f"The cluster cannot be asked: {found}.", remedy(found)))
            unread.append(Unread(f"cluster {context.name}", found))
            continue
        doctored = _Cluster(context, found, analyzers, namespace)
        rows += doctored.rows()
        kinds += doctored.kinds()
        unread += doctored.unread()
    return Result(
        inputs=tuple(f"context {context.name}" for context in examined),
        unread=tuple(unread),
        tables={"doctor": rows, "doctorKinds": kinds},
    )


class _Cluster(Struct, frozen=True):
    """A cluster that answered."""

    context: Context
    found: Examined
    analyzers: Sequence[Analyzer]
    namespace: str

    def rows(self) -> Iterator[Row]:
        """From whether it answers to what may be done."""
        yield self._server()
        if row := self._clock():
            yield row
        yield from self._meshes()
        for group, why in self._failed():
            fix = "Look at its APIService, whose server does not run: kubectl get apiservices."
            yield self._row(
                "groups", "problem", f"The kinds of {group or 'the core group'} are not served: {why}.", fix
            )
        yield from self._permissions()
        yield self._ways()

    def kinds(self) -> Iterator[Row]:
        """What may be read of each needed kind that is served."""
        for access in self.found.accesses:
            key = access.served.key
            yield {
                "context": self.context.name,
                "group": key.group,
                "kind": key.kind,
                "resource": access.served.name,
                "version": access.served.version,
                "namespaced": access.served.namespaced,
                "list": self._readable(access),
                "checks": sorted({analyzer.code for analyzer in readers(key, self.analyzers)}),
            }

    def unread(self) -> Iterator[Unread]:
        """What a run that needs all of it could not read."""
        for group, why in self._failed():
            yield Unread(f"{group or 'the core group'} of {self.context.name}", why)
        place = f" in {self.namespace}" if self.namespace else ""
        for access in self._denied():
            yield Unread(f"{access.served.name}{place} of {self.context.name}", "its list is forbidden")

    def _failed(self) -> list[tuple[str, str]]:
        spare = {kind.group for kind in OPTIONAL}
        return sorted((group, why) for group, why in self.found.failed.items() if group not in spare)

    def _readable(self, access: Access) -> str:
        if access.everywhere:
            return "everywhere"
        if access.here and access.served.key == KindKey("", "Namespace"):
            return "own"
        if access.here:
            return "namespace"
        return "unknown" if access.everywhere is None or access.here is None else "no"

    def _denied(self, *, optional: bool = False) -> list[Access]:
        """Kinds that are surely forbidden where they are meant to be read: the needed ones, or the others."""
        asked = [a for a in self.found.accesses if (a.served.key in OPTIONAL) is optional]
        if not self.namespace:
            return [access for access in asked if access.everywhere is False]
        return [a for a in asked if a.here is False and (a.served.namespaced or _is_namespace(a))]

    def _server(self) -> Row:
        version = self.found.version
        message = f"The server {self.found.server} answers: Kubernetes {version or 'of an unknown version'}."
        number = re.match(r"v(\d+)\.(\d+)", version)
        if number and (int(number[1]), int(number[2])) < _OLDEST:
            oldest = ".".join(map(str, _OLDEST))
            fix = f"Reading it should work, but it is not tested with servers before {oldest}: look at what is unread."
            return self._row("server", "note", message, fix)
        return self._row("server", "ok", message)

    def _clock(self) -> Row | None:
        skew = self.found.skew
        if skew is None or abs(skew) < _SKEW:
            return None
        way = "ahead of" if skew > 0 else "behind"
        message = (
            f"The server's clock is {abs(skew):.0f} s {way} that of this machine: ages of certificates and of what "
            "proxies were sent are wrong by as much."
        )
        return self._row("clock", "note", message, "Let both machines take their time from one source (NTP).")

    def _meshes(self) -> Iterator[Row]:
        found = installed(self.found.served.values())
        for mesh, versions in found.items():
            yield self._row("mesh", "ok", f"{mesh} is installed: {', '.join(versions)}.")
        if not found:
            message = f"No mesh is installed: the server knows no kind of {', '.join(MESHES)}."
            yield self._row("mesh", "note", message, "Is this the cluster you mean? If so, there is little to check.")

    def _permissions(self) -> Iterator[Row]:
        accesses = self.found.accesses
        unknown = [a for a in accesses if a.everywhere is None or a.here is None]
        if unknown:
            message = f"The server does not say whether {_listed([a.served.name for a in unknown])} may be listed."
            yield self._row("permissions", "note", message, "Try it: what is forbidden is named by each command.")
        denied = self._denied()
        place = f"in the namespace {self.namespace}" if self.namespace else "in all namespaces"
        if not denied:
            if not unknown:
                yield self._row(
                    "permissions", "ok", f"All {len(accesses)} kinds that are needed may be listed {place}."
                )
        else:
            yield self._forbidden(denied, place)
        if missed := self._denied(optional=True):
            names = [access.served.name for access in missed]
            message = f"{_listed(names)} may not be listed {place}: what pods really use is not shown."
            wanted = rules_for([a.served.key for a in missed], self.analyzers, namespace=self.namespace)
            yield self._row("permissions", "note", message, "`meshctl overhead` shows it with this rule.", wanted)
        if self.namespace:
            beyond = [a.served.name for a in accesses if not a.served.namespaced and not _is_namespace(a)]
            hidden = [a.served.name for a in accesses if a.served.name in beyond and a.everywhere is False]
            if hidden:
                message = (
                    f"Outside of namespaces {_listed(hidden)} may not be listed: checks that need them do not run."
                )
                fix = "Have the role of all namespaces bound to you, if you need them: meshctl doctor --rbac."
                yield self._row("permissions", "note", message, fix)
        if place := self.found.hidden_mesh:
            affected = len(readers(_CONFIG_MAP, self.analyzers))
            message = f"Istio's own configuration may not be read: the {affected} checks that go by it do not run."
            fix = f"Have the role of Istio's namespace bound to you there: meshctl doctor --rbac -n {place}."
            yield self._row("permissions", "note", message, fix)

    def _forbidden(self, denied: Sequence[Access], place: str) -> Row:
        names = [access.served.name for access in denied]
        affected = {a.name for access in denied for a in readers(access.served.key, self.analyzers)}
        message = (
            f"{len(denied)} of {len(self.found.accesses)} kinds may not be listed {place}: {_listed(names)}. "
            f"{len(affected):,} of {len(self.analyzers):,} checks need them and do not run."
        )
        here = not self.namespace and all(a.here for a in denied if a.served.namespaced)
        flag = f" -n {self.namespace}" if self.namespace else ""
        way = f"Have these rules added to your {'role' if self.namespace else 'cluster role'}"
        whole = f"`meshctl doctor --rbac{flag}` prints one with all that is needed"
        if here and any(a.served.namespaced for a in denied):
            whole += f"; with -n {self.found.namespace} alone it may work as it is"
        wanted = rules_for([a.served.key for a in denied], self.analyzers, namespace=self.namespace)
        return self._row("permissions", "problem", message, f"{way} ({whole}).", wanted)

    def _ways(self) -> Row:
        ways = {f"pods/{way}": allowed for way, allowed in self.found.ways.items()}
        place = f"in the namespace {self.namespace}" if self.namespace else "in all namespaces"
        allowed = [way for way, may in ways.items() if may]
        if "pods/portforward" in allowed or "pods/exec" in allowed:
            return self._row("proxies", "ok", f"Proxies can be looked at {place}, through {_listed(allowed)}.")
        flag = f" -n {self.namespace}" if self.namespace else ""
        message = f"Proxies cannot be looked at {place}: neither pods/portforward nor pods/exec is allowed."
        fix = f"Only commands about proxies need it: `meshctl doctor --rbac --proxies{flag}` prints a role with it."
        return self._row("proxies", "note", message, fix, [FORWARD])

    def _row(self, topic: str, status: Status, message: str, fix: str = "", rules: Sequence[Rule] = ()) -> Row:
        return _row(self.context, topic, status, message, fix, rules)


def _row(context: Context, topic: str, status: Status, message: str, fix: str = "", rules: Sequence[Rule] = ()) -> Row:
    return {
        "context": context.name,
        "topic": topic,
        "status": status,
        "message": message,
        "fix": fix,
        "rules": [
            {"apiGroups": [rule.group], "resources": list(rule.resources), "verbs": list(rule.verbs)} for rule in rules
        ],
    }


def _is_namespace(access: Access) -> bool:
    return access.served.key == KindKey("", "Namespace")


def _listed(names: Sequence[str], most: int = 8) -> str:
    shown = list(names[:most]) if len(names) > most + 1 else list(names)
    rest = [f"{len(names) - len(shown)} more"] if len(shown) < len(names) else []
    *first, last = [*shown, *rest]
    return f"{', '.join(first)} and {last}" if first else last
