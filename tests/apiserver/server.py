"""An HTTPS server in the test's own process which answers as a Kubernetes API server does."""

import contextlib
import socket
import ssl
from collections.abc import Iterable, Mapping
from email.message import Message
from pathlib import Path
from threading import Event, Lock, Thread, current_thread
from typing import Any, Literal, Self

from tests.apiserver import kubeconfig, route
from tests.apiserver.api import Api
from tests.apiserver.authority import Authority
from tests.apiserver.connection import Connection, drop
from tests.apiserver.faults import Fault, Faults
from tests.apiserver.kinds import KINDS
from tests.apiserver.pods import Execute, Pods
from tests.apiserver.record import Request
from tests.apiserver.store import Store
from tests.apiserver.users import ADMIN, ANONYMOUS, User

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
        execute: Execute | None = None,
        writes_expected: bool = False,
    ) -> None:
        self.name = name
        self.users = {user.name: user for user in users}
        self.faults = Faults(list(faults))
        self.requests: list[Request] = []
        self.errors: list[Exception] = []
        self.ended = Event()
        self._writes_expected = writes_expected
        store = Store(KINDS, objects)
        self._authority = Authority()
        self._context = self._authority.server_context()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"https://{address}"
        self._pods = Pods(execute)
        self.api = Api(store, without, versions or {}, kubernetes, address, self._pods)
        self._lock = Lock()
        self.ca = self._authority.pem
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
        if self.errors:
            raise self.errors[0]
        if kind is None and not self._writes_expected:
            assert not self.unexpected, f"requests that could change something: {self.unexpected}"

    def kill(self, last: socket.socket | None = None) -> None:
        """Ends all connections, also in the middle of an answer, and refuses new ones; ends `last` after all others."""
        self.ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for raw in sorted(self._connections.values(), key=lambda raw: raw is last):
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
        self.api.store.put(data)

    def forward(self, pod: str, port: int, to: int) -> None:
        """Makes a port of a pod ("namespace/name") reachable by proxy and port-forward: it is `to` on 127.0.0.1."""
        self._pods.ports[pod, port] = to

    def expire_tokens(self) -> None:
        """Forgets the past: tokens given out until now have expired."""
        self.api.store.revision += 1
        self.api.oldest = self.api.store.revision

    def receive(
        self, method: str, target: str, headers: Message, connection: socket.socket
    ) -> tuple[Request, User | None]:
        """Records a request; its user, None if the credentials are wrong."""
        user = self._user(headers.get("Authorization", ""), connection)
        path, _, query = target.partition("?")
        request = Request(method, path, query, user.name if user else "", headers.get("Accept", ""))
        if parsed := route.parse(path):
            part = f"/{parsed.subresource}" if parsed.subresource else ""
            request.group, request.resource = parsed.group, parsed.resource + part
            request.namespace, request.name = parsed.namespace, parsed.name
            verb = _VERBS.get(method, method.lower())
            if verb == "get" and not parsed.name:
                verb = "list"
            request.verb = "watch" if request.query.get("watch") in ("1", "true") else verb
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
            subject: Any = certificate["subject"]
            return self.users.get(dict(pair for each in subject for pair in each)["commonName"])
        return ANONYMOUS

    # -- what was asked, and how to ask --------------------------------------------------------------------------

    @property
    def permissions_used(self) -> set[tuple[str, str, str]]:
        """(verb, group, resource) of everything that was answered, discovery apart."""
        answered = (request for request in self.requests if request.resource and 0 < request.status < 400)
        return {(request.verb, request.group, request.resource) for request in answered}

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
