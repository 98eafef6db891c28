"""Which kinds an API server serves, and under which address."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from meshctl.model.ids import KindKey
from meshctl.sources.cluster.connection import JSON, Answer, Connection
from meshctl.sources.cluster.kubeconfig import Inaccessible

# One request for everything, since Kubernetes 1.26; before that one for each version of each group.
_AGGREGATED = ",".join(
    [f"{JSON};g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList" for version in ("v2", "v2beta1")] + [JSON]
)


class Served(Struct, frozen=True):
    """A kind as it is served: `version` is the one that the server prefers among those that can be listed."""

    key: KindKey
    version: str
    plural: str
    namespaced: bool

    @property
    def api_version(self) -> str:
        """As objects write it: `apps/v1`, `v1`."""
        return f"{self.key.group}/{self.version}" if self.key.group else self.version

    @property
    def name(self) -> str:
        """As kubectl writes it: `virtualservices.networking.istio.io`, `pods`."""
        return f"{self.plural}.{self.key.group}" if self.key.group else self.plural

    def path(self, namespace: str = "") -> str:
        """Of the list of all its objects, or of those in a namespace."""
        root = f"/apis/{self.key.group}/{self.version}" if self.key.group else f"/api/{self.version}"
        return f"{root}/namespaces/{namespace}/{self.plural}" if namespace else f"{root}/{self.plural}"


class Discovery(Struct, frozen=True):
    """The kinds that are served, and for groups that could not be asked why not."""

    served: Mapping[KindKey, Served]
    failed: Mapping[str, str]


def server_version(connection: Connection) -> str:
    """As `v1.30.2`; empty where the server does not tell. Raises Inaccessible where it does not answer."""
    return version_in(connection.get("/version"))


def version_in(answer: Answer) -> str:
    """The version in an answer of /version; of a server that was built without one `v1.30`, its API's."""
    try:
        found = msgspec.json.decode(answer.body, type=_Version) if answer.status == 200 else _Version()
    except msgspec.DecodeError:
        return ""
    if found.version.startswith("v0.0.0") and found.major:
        return f"v{found.major}.{found.minor}"
    return found.version


class _Version(msgspec.Struct):
    version: str = msgspec.field(name="gitVersion", default="")
    major: str = ""
    minor: str = ""


def discover(connection: Connection, wanted: Iterable[KindKey]) -> Discovery:
    """Look up the wanted kinds. A kind that is in neither part of the answer is not installed.

    Raises Inaccessible where the server does not say what it serves.
    """
    kinds = frozenset(wanted)
    groups = sorted({kind.group for kind in kinds})
    served: dict[KindKey, Served] = {}
    failed: dict[str, str] = {}
    for root in (["/api"] if "" in groups else []) + (["/apis"] if groups != [""] else []):
        answer = _read(connection.get(root, accept=_AGGREGATED), root)
        try:
            if answer.get("kind") == "APIGroupDiscoveryList":
                _take_aggregated(answer, kinds, served, failed)
            elif root == "/api":
                _take_versions(connection, "", answer.get("versions") or ["v1"], kinds, served, failed)
            else:
                for group in answer.get("groups") or []:
                    if group["name"] in groups:
                        versions = [version["version"] for version in group["versions"]]
                        _take_versions(connection, group["name"], versions, kinds, served, failed)
        except (KeyError, TypeError, AttributeError) as error:
            raise Inaccessible(f"{root} does not answer as a Kubernetes API server does") from error
    return Discovery(served, failed)


def _take_aggregated(
    answer: Mapping[str, Any], kinds: frozenset[KindKey], served: dict[KindKey, Served], failed: dict[str, str]
) -> None:
    for group in answer["items"]:
        name = group["metadata"].get("name", "")
        for version in group["versions"]:
            if version.get("freshness") == "Stale":
                failed[name] = "its API server is not available"
            for resource in version.get("resources") or []:
                kind = (resource.get("responseKind") or {}).get("kind", "")
                namespaced = resource.get("scope") == "Namespaced"
                _take(
                    Served(KindKey(name, kind), version["version"], resource["resource"], namespaced),
                    resource,
                    kinds,
                    served,
                )


def _take_versions(
    connection: Connection,
    group: str,
    versions: Iterable[str],
    kinds: frozenset[KindKey],
    served: dict[KindKey, Served],
    failed: dict[str, str],
) -> None:
    for version in versions:
        root = f"/apis/{group}/{version}" if group else f"/api/{version}"
        try:
            answer = _read(connection.get(root), root)
        except Inaccessible as error:
            failed[group] = str(error)
            continue
        for resource in answer.get("resources") or []:
            if "/" not in resource["name"]:
                key = KindKey(group, resource["kind"])
                _take(Served(key, version, resource["name"], bool(resource["namespaced"])), resource, kinds, served)


def _take(found: Served, resource: Mapping[str, Any], kinds: frozenset[KindKey], served: dict[KindKey, Served]) -> None:
    """Keep a wanted kind that can be listed, in the first version that has it."""
    if found.key in kinds and "list" in resource["verbs"]:
        served.setdefault(found.key, found)


def _read(answer: Answer, root: str) -> dict[str, Any]:
    if answer.status == 401:
        raise Inaccessible("it does not accept the credentials of this context (401): log in again")
    if answer.status != 200:
        raise Inaccessible(f"it does not say what it serves: {root} answers {answer.status}")
    try:
        found = msgspec.json.decode(answer.body)
    except msgspec.DecodeError as error:
        raise Inaccessible(f"{root} does not answer as a Kubernetes API server does") from error
    if not isinstance(found, dict):
        raise Inaccessible(f"{root} does not answer as a Kubernetes API server does")
    return found
