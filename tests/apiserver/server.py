"""An HTTPS server in the test's own process which answers as a Kubernetes API server does."""

import contextlib
import json
import socket
import ssl
from collections.abc import Iterable, Mapping
from email.message import Message
from pathlib import Path
from threading import Event, Lock, Thread, current_thread
from typing import Any, Literal, Self

from tests.apiserver import kubeconfig, lists, reviews, route
from tests.apiserver.authority import Authority
from tests.apiserver.connection import Connection, drop
from tests.apiserver.discovery import Discovery, served
from tests.apiserver.faults import Fault, Faults
from tests.apiserver.kinds import KINDS
from tests.apiserver.record import Request
from tests.apiserver.status import Answer, document, failure, no_such_path
from tests.apiserver.store import Store
from tests.apiserver.users import ADMIN, ANONYMOUS, OPEN_PATHS, Attributes, User

# Every request of this process that could have changed something: the suite must end with none.
UNEXPECTED: list[Request] = []
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get", "HEAD": "get"}


class ApiServer:
    """Serves `objects` to `users` on 127.0.0.1 while it is entered as a context.

    without: API groups that are not installed; versions: group -> the only versions served.
    On exit an AssertionError says which requests could have changed something, unless `writes_expected`.
    """

    def __init__(
        self,
        objects: Iterable[Mapping[str, Any]] = (),
        *,
        name: str = "test",
        users: Iterable[User] = (ADMIN,),
        without: Iterable[str] = ("metrics.k8s.io",),
        versions: Mapping[str, tuple[str, ...]] | None = None,
        faults: Iterable[Fault] = (),
        kubernetes: str = "1.36",
        writes_expected: bool = False,
    ) -> None:
        self.name = name
        self.users = {user.name: user for user in users}
        self.store = Store(KINDS, objects)
        self.discovery = Discovery(served(self.store.kinds.values(), without, dict(versions or {})))
        self.faults = Faults(list(faults))
        self.requests: list[Request] = []
        self.ended = Event()
        self._oldest = 0
        self._kubernetes = kubernetes
        self._writes_expected = writes_expected
        self._authority = Authority()
        self._context = self._authority.server_context()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self.url = f"https://{self.address}"
        self._lock = Lock()
        self._connections: dict[int, socket.socket] = {}
        self._threads: set[Thread] = set()
        self._acceptor = Thread(target=self._accept, name=f"apiserver-{name}", daemon=True)

    # -- life ----------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.kill()
        self._acceptor.join(5)
        for thread in list(self._threads):
            thread.join(5)
        if kind is None and not self._writes_expected:
            assert not self.unexpected, f"requests that could change something: {self.unexpected}"

    def kill(self) -> None:
        """Ends all connections with a reset and refuses new ones, as a machine that dies."""
        self.ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for raw in self._connections.values():
                drop(raw, reset=False)

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection, address = self._listener.accept()
            except OSError:
                return
            thread = Thread(target=self._serve, args=(connection, address), daemon=True)
            with self._lock:
                self._threads.add(thread)
            thread.start()

    def _serve(self, plain: socket.socket, address: Any) -> None:
        raw = plain.dup()
        plain.settimeout(30)
        try:
            with self._context.wrap_socket(plain, server_side=True) as secure:
                with self._lock:
                    self._connections[secure.fileno()] = raw
                if not self.ended.is_set():
                    Connection(secure, address, self)  # type: ignore[arg-type]
        except (OSError, ssl.SSLError, ValueError):
            pass  # The client went away, or does not trust us.
        finally:
            with self._lock:
                self._connections = {key: value for key, value in self._connections.items() if value is not raw}
                self._threads.discard(current_thread())
            plain.close()
            raw.close()

    def raw(self, secure: socket.socket) -> socket.socket:
        """The TCP connection under a TLS one."""
        return self._connections[secure.fileno()]

    # -- what is served ------------------------------------------------------------------------------------------

    def put(self, data: Mapping[str, Any]) -> None:
        """Adds or changes an object while the server runs."""
        self.store.put(data)

    def expire_tokens(self) -> None:
        """Forgets the past: tokens given out until now have expired."""
        self.store.revision += 1
        self._oldest = self.store.revision

    def receive(
        self, method: str, target: str, headers: Message, connection: socket.socket
    ) -> tuple[Request, User | None]:
        """Records a request; its user, None if the credentials are wrong."""
        user = self._user(headers.get("Authorization", ""), connection)
        path, query = route.split(target)
        request = Request(method, path, query, user.name if user else "", headers.get("Accept", ""))
        if parsed := route.parse(path):
            part = f"/{parsed.subresource}" if parsed.subresource else ""
            request.group, request.resource = parsed.group, parsed.resource + part
            request.namespace, request.name = parsed.namespace, parsed.name
            verb = _VERBS.get(method, method.lower())
            if verb == "get" and not parsed.name:
                verb = "list"
            request.verb = "watch" if query.get("watch") in ("1", "true") else verb
        self.requests.append(request)
        if not request.harmless and not self._writes_expected:
            UNEXPECTED.append(request)
        return request, user

    def _user(self, authorization: str, connection: socket.socket) -> User | None:
        if authorization:
            token = authorization.removeprefix("Bearer ")
            return next((user for user in self.users.values() if user.bearer == token), None)
        certificate = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
        if certificate:
            subject = dict(pair for each in certificate["subject"] for pair in each)  # type: ignore[union-attr]
            return self.users.get(str(subject["commonName"]))
        return ANONYMOUS

    def answer(self, request: Request, user: User | None, body: bytes) -> Answer:
        """What a request gets, faults apart."""
        if user is None:
            return failure(401, "Unauthorized")
        if request.path.rstrip("/") in OPEN_PATHS:
            return self._version() if "version" in request.path else Answer(200, b"ok", "text/plain; charset=utf-8")
        if user is ANONYMOUS and not request.resource:
            why = f'forbidden: User "{user.name}" cannot get path "{request.path}"'
            return failure(403, why, details={})
        if not request.resource:
            return self.discovery.answer(request.path, request.accept, self.address) or no_such_path()
        if not user.may(Attributes(request.verb, request.group, request.resource, request.namespace, request.name)):
            return forbidden(user, request)
        if request.method == "POST" and request.harmless:
            review = reviews.access if request.resource == "selfsubjectaccessreviews" else reviews.rules
            return review(user, json.loads(body))
        return self._resource(request)

    def _resource(self, request: Request) -> Answer:
        parsed = route.parse(request.path)
        assert parsed
        kind = self.discovery.find(parsed.group, parsed.version, parsed.resource)
        if kind is None:
            return no_such_path()
        if not request.harmless or request.method != "GET":
            return failure(405, "the server does not allow this method on the requested resource")
        if not parsed.name:
            return lists.answer_list(
                self.store, kind, parsed.version, parsed.namespace, request.query, request.accept, self._oldest
            )
        where = f"{parsed.namespace}/{parsed.name}" if kind.namespaced else parsed.name
        stored = self.store.get(kind, where)
        if stored is None:
            name = f"{kind.plural}.{kind.group}" if kind.group else kind.plural
            details = {"name": parsed.name, **({"group": kind.group} if kind.group else {}), "kind": kind.plural}
            return failure(404, f'{name} "{parsed.name}" not found', details=details)
        return lists.answer_get(stored, parsed.version, request.accept)

    def _version(self) -> Answer:
        major, minor = self._kubernetes.split(".")
        rest = {"gitTreeState": "clean", "goVersion": "go1.24", "compiler": "gc", "platform": "linux/amd64"}
        return document({"major": major, "minor": minor, "gitVersion": f"v{self._kubernetes}.0", **rest})

    # -- what was asked, and how to ask --------------------------------------------------------------------------

    @property
    def unexpected(self) -> list[Request]:
        """Requests that could have changed something."""
        return [request for request in self.requests if not request.harmless]

    def kubeconfig(
        self,
        path: Path,
        *,
        user: str = ADMIN.name,
        context: str = "",
        namespace: str = "",
        auth: Literal["token", "certificate", "exec"] = "token",
    ) -> Path:
        """Adds this server to a kubeconfig file, as the current context if it is the first; returns the path."""
        config = kubeconfig.load(path)
        context = context or self.name
        who = self.users.get(user) or User(user)
        credentials: dict[str, Any] = {"token": who.bearer}
        if auth == "certificate":
            pair = self._authority.client(who.name, who.groups)
            credentials = {
                "client-certificate-data": kubeconfig.encoded(pair.certificate),
                "client-key-data": kubeconfig.encoded(pair.key),
            }
        elif auth == "exec":
            credentials = kubeconfig.exec_plugin(who.bearer)
        cluster = {"server": self.url, "certificate-authority-data": kubeconfig.encoded(self._authority.pem)}
        place = {"namespace": namespace} if namespace else {}
        kubeconfig.put(config, "clusters", context, cluster)
        kubeconfig.put(config, "users", context, credentials)
        kubeconfig.put(config, "contexts", context, {"cluster": context, "user": context, **place})
        config.setdefault("current-context", context)
        kubeconfig.save(path, config)
        return path


def forbidden(user: User, request: Request) -> Answer:
    """403 in the words of RBAC."""
    plural = request.resource.partition("/")[0]
    named = f"{request.resource}.{request.group}" if request.group else request.resource
    named += f' "{request.name}"' if request.name else ""
    place = f'in the namespace "{request.namespace}"' if request.namespace else "at the cluster scope"
    details = {
        **({"name": request.name} if request.name else {}),
        **({"group": request.group} if request.group else {}),
        "kind": plural,
    }
    why = f'User "{user.name}" cannot {request.verb} resource "{request.resource}" in API group "{request.group}"'
    return failure(403, f"{named} is forbidden: {why} {place}", details=details)
