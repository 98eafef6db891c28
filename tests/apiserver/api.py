"""What a test API server answers to a request: who may, and what there is."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.apiserver import lists, reviews, route
from tests.apiserver.discovery import Discovery, served
from tests.apiserver.kinds import Kind
from tests.apiserver.pods import Pods, Upgrade
from tests.apiserver.record import Request
from tests.apiserver.status import Answer, document, failure, no_such_path
from tests.apiserver.store import Store
from tests.apiserver.users import ANONYMOUS, OPEN_PATHS, Attributes, User

_WEBSOCKETS_CREATE = (1, 35)  # From there on "get" on pods/exec and pods/portforward is not enough.


class Api:
    """Objects, discovery and permissions of one server; `address` is what discovery says about itself."""

    def __init__(
        self,
        store: Store,
        without: Iterable[str],
        versions: Mapping[str, tuple[str, ...]],
        kubernetes: str,
        address: str,
        pods: Pods,
    ) -> None:
        self.store = store
        self.oldest = 0
        self._discovery = Discovery(served(self.store.kinds.values(), without, versions))
        self._kubernetes = kubernetes
        self._address = address
        self._pods = pods

    def answer(self, request: Request, user: User | None, body: bytes, upgrade: bool) -> Answer | Upgrade:
        """What a request gets; `user` None: wrong credentials; `upgrade`: the client wants a WebSocket."""
        if user is None:
            return failure(401, "Unauthorized")
        if request.path.rstrip("/") in OPEN_PATHS:
            return self._version() if "version" in request.path else Answer(200, b"ok", "text/plain; charset=utf-8")
        if not request.resource:
            if user is ANONYMOUS:
                return failure(403, f'forbidden: User "{user.name}" cannot get path "{request.path}"')
            return self._discovery.answer(request.path, request.accept, self._address) or no_such_path()
        for verb in self._needed(request, upgrade):
            attributes = Attributes(verb, request.group, request.resource, request.namespace, request.name)
            if not user.may(attributes):
                return forbidden(user, attributes)
        parsed = route.parse(request.path)
        assert parsed
        if request.method == "POST" and request.harmless:
            return _review(request, user, body)
        kind = self._discovery.find(parsed.group, parsed.version, parsed.resource)
        if kind is None:
            return no_such_path()
        if parsed.subresource:
            if self._get(kind, parsed) is None:
                return _not_found(kind, parsed.name)
            return self._pods.answer(request, parsed, upgrade)
        if request.method != "GET" or not request.harmless:
            return failure(405, "the server does not allow this method on the requested resource")
        return self._read(request, kind, parsed)

    def _needed(self, request: Request, upgrade: bool) -> list[str]:
        new = tuple(int(part) for part in self._kubernetes.split(".")) >= _WEBSOCKETS_CREATE
        return [request.verb, "create"] if upgrade and new else [request.verb]

    def _read(self, request: Request, kind: Kind, parsed: route.Target) -> Answer:
        if not parsed.name:
            return lists.answer_list(
                self.store, kind, parsed.version, parsed.namespace, request.query, request.accept, self.oldest
            )
        stored = self._get(kind, parsed)
        if stored is None:
            return _not_found(kind, parsed.name)
        return lists.answer_get(stored, parsed.version, request.accept)

    def _get(self, kind: Kind, parsed: route.Target) -> Any:
        name = parsed.name
        if parsed.subresource == "proxy":
            # [SCHEME:]NAME[:PORT]
            parts = name.split(":")
            name = parts[1] if len(parts) == 3 else parts[0]
        return self.store.get(kind, f"{parsed.namespace}/{name}" if kind.namespaced else name)

    def _version(self) -> Answer:
        major, minor = self._kubernetes.split(".")
        rest = {"gitTreeState": "clean", "goVersion": "go1.24", "compiler": "gc", "platform": "linux/amd64"}
        return document({"major": major, "minor": minor, "gitVersion": f"v{self._kubernetes}.0", **rest})


def _review(request: Request, user: User, body: bytes) -> Answer:
    try:
        asked = json.loads(body)
    except ValueError:
        why = "the body of the request was in an unknown format - accepted media types include: application/json"
        return failure(415, why)
    review = reviews.access if request.resource == "selfsubjectaccessreviews" else reviews.rules
    return review(user, asked)


def _not_found(kind: Kind, name: str) -> Answer:
    named = f"{kind.plural}.{kind.group}" if kind.group else kind.plural
    details = {"name": name, **({"group": kind.group} if kind.group else {}), "kind": kind.plural}
    return failure(404, f'{named} "{name}" not found', details=details)


def forbidden(user: User, wanted: Attributes) -> Answer:
    """403 in the words of RBAC."""
    plural = wanted.resource.partition("/")[0]
    named = f"{plural}.{wanted.group}" if wanted.group else plural
    named += f' "{wanted.name}"' if wanted.name else ""
    place = f'in the namespace "{wanted.namespace}"' if wanted.namespace else "at the cluster scope"
    details = {
        **({"name": wanted.name} if wanted.name else {}),
        **({"group": wanted.group} if wanted.group else {}),
        "kind": plural,
    }
    why = f'User "{user.name}" cannot {wanted.verb} resource "{wanted.resource}" in API group "{wanted.group}"'
    return failure(403, f"{named} is forbidden: {why} {place}", details=details)
