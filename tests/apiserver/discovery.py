"""Discovery: which groups, versions and resources a server has, in the old documents and in the one for all."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.apiserver.kinds import Kind
from tests.apiserver.status import Answer, document

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
_DEFINED_VERBS = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]
# Resources without objects: what may be done to pods, and questions about permissions.
_PARTS = {
    "pods": {"exec": "PodExecOptions", "log": "Pod", "portforward": "PodPortForwardOptions", "proxy": "PodProxyOptions"}
}
_CREATED = {"authorization.k8s.io": ("SelfSubjectAccessReview", "SelfSubjectRulesReview")}


class Discovery:
    """The documents about a set of kinds."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds = list(kinds)
        self.groups: dict[str, list[str]] = {}
        for kind in self._kinds:
            versions = self.groups.setdefault(kind.group, [])
            versions += [version for version in kind.versions if version not in versions]
        self.groups["authorization.k8s.io"] = ["v1"]
        self._by_name = {(kind.group, version, kind.plural): kind for kind in self._kinds for version in kind.versions}

    def find(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind served under a name, None if there is none."""
        return self._by_name.get((group, version, plural))

    def answer(self, path: str, accept: str, address: str) -> Answer | None:
        """The document at a path, None if none is there."""
        parts = path.strip("/").split("/")
        aggregated = "as=APIGroupDiscoveryList" in accept and "v=v2" in accept
        match parts:
            case ["api"] if aggregated:
                return self._aggregated([""])
            case ["apis"] if aggregated:
                return self._aggregated([group for group in self.groups if group])
            case ["api"]:
                client = {"clientCIDR": "0.0.0.0/0", "serverAddress": address}
                return document({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [client]})
            case ["apis"]:
                groups = [self._group(group) for group in self.groups if group]
                return document({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
            case ["apis", group] if group in self.groups:
                return document({"kind": "APIGroup", "apiVersion": "v1", **self._group(group)})
            case ["api", "v1"]:
                head: dict[str, Any] = {"kind": "APIResourceList", "groupVersion": "v1"}
                return document(head | {"resources": self._resources("", "v1")})
            case ["apis", group, version] if version in self.groups.get(group, ()):
                head = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{group}/{version}"}
                return document(head | {"resources": self._resources(group, version)})
        return None

    def _group(self, group: str) -> dict[str, Any]:
        versions = [{"groupVersion": f"{group}/{version}", "version": version} for version in self.groups[group]]
        return {"name": group, "versions": versions, "preferredVersion": versions[0]}

    def _of(self, group: str, version: str) -> list[Kind]:
        return sorted(
            (kind for kind in self._kinds if kind.group == group and version in kind.versions), key=lambda k: k.plural
        )

    def _resources(self, group: str, version: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for kind in self._of(group, version):
            entry: dict[str, Any] = {
                "name": kind.plural,
                "singularName": kind.kind.lower(),
                "namespaced": kind.namespaced,
                "kind": kind.kind,
                "verbs": _verbs(kind),
            }
            if kind.short:
                entry["shortNames"] = list(kind.short)
            found.append(entry)
            for part, part_kind in _PARTS.get(kind.plural if not group else "", {}).items():
                name = f"{kind.plural}/{part}"
                found.append(
                    {
                        "name": name,
                        "singularName": "",
                        "namespaced": True,
                        "kind": part_kind,
                        "verbs": _part_verbs(part),
                    }
                )
        for created in _CREATED.get(group, ()):
            entry = {"name": f"{created.lower()}s", "singularName": created.lower(), "namespaced": False}
            found.append(entry | {"kind": created, "verbs": ["create"]})
        return found

    def _aggregated(self, groups: list[str]) -> Answer:
        items = []
        for group in groups:
            versions = [
                {"version": version, "resources": self._aggregated_resources(group, version), "freshness": "Current"}
                for version in self.groups[group]
            ]
            items.append({"metadata": {"name": group} if group else {}, "versions": versions})
        head = {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}}
        answer = document(head | {"items": items})
        return Answer(200, answer.body, AGGREGATED, {"Cache-Control": "public"})

    def _aggregated_resources(self, group: str, version: str) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for entry in self._resources(group, version):
            name, _, part = entry["name"].partition("/")
            own = bool(group) and any(kind.defined for kind in self._of(group, version))
            kind = {"group": group if own else "", "version": version if own else "", "kind": entry["kind"]}
            if part:
                parts = found[name].setdefault("subresources", [])
                parts.append({"subresource": part, "responseKind": kind, "verbs": entry["verbs"]})
                continue
            found[name] = {
                "resource": name,
                "responseKind": kind,
                "scope": "Namespaced" if entry["namespaced"] else "Cluster",
                "singularResource": entry["singularName"],
                "verbs": entry["verbs"],
            }
            if "shortNames" in entry:
                found[name]["shortNames"] = entry["shortNames"]
        return list(found.values())


def _verbs(kind: Kind) -> list[str]:
    if kind.group == "metrics.k8s.io":
        return ["get", "list"]
    if kind.kind == "Namespace":
        return [verb for verb in _VERBS if verb != "deletecollection"]
    return _DEFINED_VERBS if kind.defined else _VERBS


def _part_verbs(part: str) -> list[str]:
    if part == "proxy":
        return ["create", "delete", "get", "patch", "update"]
    return ["get"] if part == "log" else ["create", "get"]


def served(kinds: Iterable[Kind], without: Iterable[str], versions: Mapping[str, tuple[str, ...]]) -> list[Kind]:
    """The kinds without those groups, and in those versions of a group alone."""
    gone = set(without)
    found = []
    for kind in kinds:
        allowed = versions.get(kind.group, kind.versions)
        left = tuple(version for version in kind.versions if version in allowed)
        if kind.group not in gone and left:
            found.append(Kind(kind.group, left, kind.kind, kind.plural, kind.short, kind.namespaced, kind.defined))
    return found
