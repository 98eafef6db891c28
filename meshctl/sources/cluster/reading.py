"""One cluster: its lists are read side by side, and what cannot be read is named."""

from collections import defaultdict
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from msgspec import Struct, structs

from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.resource import Resource
from meshctl.model.result import Unread
from meshctl.sources.cluster.connection import Connection
from meshctl.sources.cluster.discovery import Discovery, Served, discover, server_version
from meshctl.sources.cluster.kubeconfig import Inaccessible
from meshctl.sources.cluster.listing import METADATA_ONLY, Item, Unlisted, get_one, list_all
from meshctl.sources.cluster.pods import PodParser
from meshctl.sources.cluster.request import Progress, Request
from meshctl.sources.redact import redact_object
from meshctl.sources.snapshot import Coverage

PARALLEL = 8

_NAMESPACE = KindKey("", "Namespace")
_SECRET = KindKey("", "Secret")
_POD = KindKey("", "Pod")
_DEFINITION = KindKey("apiextensions.k8s.io", "CustomResourceDefinition")
# The configuration of the mesh is one: without it, checks would take Istio's defaults for what is there.
_CONFIGURATION = KindKey("", "ConfigMap")
# Releases of Helm and tokens are most of the Secrets of many clusters, large, and of no interest to a mesh.
_SECRETS = "type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token"
# Definitions of resources are up to a megabyte each, and most are of no interest to a mesh.
_FEW = 25
_MESHES = (
    *("istio.io", "gateway.networking.k8s.io", "gateway.networking.x-k8s.io", "linkerd.io"),
    *("consul.hashicorp.com", "smi-spec.io"),
)


class ClusterRead(Struct, frozen=True):
    """What was read of a cluster."""

    resources: tuple[Resource, ...] = ()
    coverage: Coverage = Coverage(inferred=False)
    unread: tuple[Unread, ...] = ()


class _List(Struct, frozen=True):
    """A list to be read: of one kind, in one namespace or all.

    Who asks for a namespace may be allowed to see no more than that: other lists are not `needed`.
    """

    served: Served
    namespace: str
    needed: bool


def read_cluster(connection: Connection, request: Request, name: str, label: str, progress: Progress) -> ClusterRead:
    """Read the requested kinds. `name` becomes part of the resources' identity, `label` of what is told people.

    Raises Inaccessible where nothing at all can be had from the server.
    """
    version = server_version(connection)
    discovery = discover(connection, request.kinds)
    lists = _lists(discovery, request)
    progress.planned(label, len(lists))
    reader = _Reader(connection, request, label, progress)
    reader.run(lists)
    if roots := _roots(reader.read, request):
        reader.run(_List(each.served, root, False) for root in roots for each in lists if each.needed)
    result = _result(discovery, reader, request, name, f" of {name}" if name else "")
    return structs.replace(result, coverage=structs.replace(result.coverage, version=version))


def _lists(discovery: Discovery, request: Request) -> list[_List]:
    """The lists of a request, those that usually are long first."""
    kinds = sorted(discovery.served.values(), key=lambda s: (s.plural not in _LONG, s.name))
    # A server that says it is down is waited for only where nothing can be done without it.
    kinds = [s for s in kinds if s.key not in request.optional or s.key.group not in discovery.failed]
    if not request.namespace:
        return [_List(served, "", True) for served in kinds]
    found = []
    for served in kinds:
        if served.namespaced:
            found.append(_List(served, request.namespace, True))
            if request.istio_namespace != request.namespace:
                found.append(_List(served, request.istio_namespace, False))
        else:
            found.append(_List(served, "", False))
    return found


def _roots(found: Iterable["_Read"], request: Request) -> list[str]:
    """The namespaces of what is for the whole mesh, where its configuration names others than those that were read."""
    if not request.namespace:
        return []
    from meshctl.sources.parsing import parse

    roots: set[str] = set()
    for read in found:
        if read.key == _CONFIGURATION and read.places == (request.istio_namespace,):
            for item in read.items:
                written = (item.get("data") or {}).get("mesh", "")
                if item["metadata"]["name"].partition("-")[0] == "istio" and "rootNamespace" in written:
                    values = (document.value for document in parse(written.encode()))
                    roots.update(str(value.get("rootNamespace") or "") for value in values if isinstance(value, dict))
    return sorted(roots - {"", request.namespace, request.istio_namespace})


_LONG = frozenset({"pods", "replicasets", "endpointslices", "services", "deployments", "secrets", "configmaps"})


class _Read(Struct, frozen=True):
    """What came of a list. Everything there is in `places` was read; the empty one stands for everywhere."""

    key: KindKey
    items: list[Item]
    places: tuple[str, ...]


class _Failed(Struct, frozen=True):
    """A list that could not be read."""

    list: _List
    error: Unlisted


class _Reader:
    """Reads lists in several threads and keeps what came of each."""

    def __init__(self, connection: Connection, request: Request, label: str, progress: Progress) -> None:
        self._connection, self._request, self._label, self._progress = connection, request, label, progress
        self._lock = Lock()
        self.read: list[_Read] = []
        self.failed: list[_Failed] = []

    def run(self, lists: Iterable[_List]) -> None:
        """Read them all."""
        waiting: SimpleQueue[_List] = SimpleQueue()
        for each in lists:
            waiting.put(each)
        # Not a pool: its threads would hold up the end of the process when somebody presses Ctrl-C.
        threads = [Thread(target=self._work, args=(waiting,), daemon=True) for _ in range(PARALLEL)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, waiting: "SimpleQueue[_List]") -> None:
        while True:
            try:
                each = waiting.get_nowait()
            except Empty:
                return
            outcome = self._outcome(each)
            with self._lock:
                if isinstance(outcome, _Read):
                    self.read.append(outcome)
                else:
                    self.failed.append(outcome)
            self._progress.listed(self._label)

    def _outcome(self, each: _List) -> _Read | _Failed:
        try:
            return self._listed(each)
        except Unlisted as error:
            return _Failed(each, error)
        except Inaccessible as error:
            return _Failed(each, Unlisted(str(error)))
        except Exception as error:
            # An answer that looks like a list and is none. The others are read all the same.
            return _Failed(each, Unlisted(f"the answer makes no sense: {type(error).__name__}: {error}"))

    def _listed(self, each: _List) -> _Read:
        options: dict[str, Any] = {"seen": lambda count: self._progress.page(self._label, count)}
        key = each.served.key
        if key == _SECRET:
            options["fields"] = _SECRETS
            if not self._request.secret_contents:
                options["accept"] = METADATA_ONLY
        elif key == _POD:
            options["parse"] = PodParser().decode
        elif key == _DEFINITION:
            groups = {kind.group for kind in self._request.kinds}
            options |= {
                "limit": _FEW,
                "keep": lambda item: item["spec"]["group"] in groups or item["spec"]["group"].endswith(_MESHES),
            }
        try:
            items = list_all(self._connection, each.served, each.namespace, **options)
        except Unlisted as error:
            if key == _NAMESPACE and error.forbidden and self._request.namespace:
                return self._own_namespace(each.served)
            raise
        if key == _SECRET:
            # Before anybody else can look at them.
            items = [redact_object(item) for item in items]
        return _Read(key, items, (each.namespace,))

    def _own_namespace(self, served: Served) -> _Read:
        """With a Role in a namespace alone, it may still be looked at itself."""
        name = self._request.namespace
        item = get_one(self._connection, served, name)
        return _Read(served.key, [item] if item else [], (name,))


def _result(discovery: Discovery, reader: _Reader, request: Request, name: str, label: str) -> ClusterRead:
    unserved = request.kinds - discovery.served.keys()
    unread = {
        kind: discovery.failed[kind.group]
        for kind in request.kinds
        if kind.group in discovery.failed and (kind in unserved or kind in request.optional)
    }
    lost = [Unread(f"{kind.kind}{label}", why) for kind, why in unread.items() if kind not in request.optional]
    for each in reader.failed:
        served = each.list.served
        if served.key not in request.optional and (each.list.needed or not each.error.forbidden):
            place = f" in {each.list.namespace}" if each.list.namespace else ""
            lost.append(Unread(f"{served.name}{place}{label}", str(each.error)))
        mesh = served.key == _CONFIGURATION and each.list.namespace == request.istio_namespace
        if each.list.needed or not served.namespaced or (mesh and not request.configured):
            unread[served.key] = str(each.error)
    whole = set(unserved - unread.keys())
    within: dict[str, set[KindKey]] = defaultdict(set)
    for read in reader.read:
        for place in read.places:
            (within[place] if place else whole).add(read.key)
    coverage = Coverage(
        whole=frozenset(whole),
        within={place: frozenset(kinds) for place, kinds in sorted(within.items())},
        unread=unread,
        inferred=False,
    )
    found = [_resource(read.key, item, name) for read in reader.read for item in read.items]
    return ClusterRead(tuple(sorted(found, key=_identity)), coverage, tuple(sorted(lost, key=_what)))


def _resource(key: KindKey, item: Item, cluster: str) -> Resource:
    metadata = item["metadata"]
    identity = ResourceId(cluster, key.group, key.kind, metadata.get("namespace", ""), metadata["name"])
    return Resource(identity, item["apiVersion"].rpartition("/")[2], item)


def _identity(resource: Resource) -> ResourceId:
    return resource.id


def _what(unread: Unread) -> tuple[str, str]:
    return unread.what, unread.why
