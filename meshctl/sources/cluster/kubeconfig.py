"""The kubeconfig: which contexts there are, and how to talk to the cluster of each."""

import logging
import os
import threading
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from msgspec import Struct

from meshctl.sources.cluster.kubeconfigfiles import read_files
from meshctl.sources.errors import InputError

if TYPE_CHECKING:
    from kubernetes.client import Configuration

IN_CLUSTER = "in-cluster"
_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"


class Inaccessible(Exception):
    """A cluster cannot be asked at all; the text is a clause that says why."""


class Context(Struct, frozen=True):
    """A context of a kubeconfig, or the cluster that this process runs in; `namespace` is the one it defaults to."""

    name: str
    namespace: str
    kubeconfig: str

    def configuration(self) -> "Configuration":
        """The kubernetes client's settings. Runs a credential plug-in, if there is one, which may take its time.

        Raises Inaccessible where credentials or certificates cannot be had.
        """
        from kubernetes import config
        from kubernetes.client import Configuration

        settings = Configuration()
        with _LoggedErrors() as logged:
            try:
                if self.name == IN_CLUSTER and not self.kubeconfig:
                    config.load_incluster_config(client_configuration=settings)
                else:
                    files = os.pathsep.join(_files(self.kubeconfig))
                    config.load_kube_config(files, self.name, client_configuration=settings, persist_config=False)
            except Exception as error:
                # The client raises what its parsers and file accesses raise.
                why = _one_line(error).removeprefix("Invalid kube-config file. ")
                raise Inaccessible(f"its credentials cannot be loaded: {why}") from error
        if logged.messages:
            # The client only logs that a plug-in failed, and goes on without credentials.
            raise Inaccessible(f"its credential plug-in failed: {logged.messages[0]}")
        if not str(settings.host).startswith(("https://", "http://")):
            raise Inaccessible(f"its server in the kubeconfig is no address: {settings.host}")
        return settings


def is_available(kubeconfig: str) -> bool:
    """Whether there is a kubeconfig, or a cluster around this process; loads nothing."""
    return any(os.path.exists(path) for path in _files(kubeconfig)) or _in_cluster()


def known_contexts(kubeconfig: str) -> tuple[str, ...]:
    """The names of all contexts, sorted. Raises InputError where the kubeconfig cannot be used."""
    return tuple(sorted(read_files(_files(kubeconfig)).namespaces))


def contexts(kubeconfig: str, names: Sequence[str]) -> tuple[Context, ...]:
    """The named contexts, or the current one. `kubeconfig` is a file; empty for $KUBECONFIG or the usual place.

    Raises InputError where there is no usable kubeconfig or no such context.
    """
    files = _files(kubeconfig)
    where = os.pathsep.join(files)
    if not any(os.path.exists(path) for path in files):
        if not names and not kubeconfig and _in_cluster():
            return (Context(IN_CLUSTER, "", ""),)
        raise InputError(f"the kubeconfig {where} does not exist")
    written = read_files(files)
    if not written.namespaces:
        raise InputError(f"the kubeconfig {where} cannot be used: it has no contexts")
    if not names and not written.current:
        known = ", ".join(sorted(written.namespaces))
        raise InputError(f"the kubeconfig {where} has no current context: name one with --context ({known})")
    chosen = dict.fromkeys(names or [written.current])
    return tuple(Context(name, _namespace(name, written.namespaces), kubeconfig) for name in chosen)


def _namespace(name: str, known: Mapping[str, str]) -> str:
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(known))}"
        raise InputError(f"there is no context {name or repr(name)} in the kubeconfig: {hint}")
    return known[name]


def _files(kubeconfig: str) -> list[str]:
    if kubeconfig:
        return [kubeconfig]
    listed = os.environ.get("KUBECONFIG", "")
    return [part for part in listed.split(os.pathsep) if part] or [os.path.expanduser("~/.kube/config")]


def lacks_token() -> bool:
    """Whether this process runs in a cluster, but was not given the token of a service account."""
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST")) and not os.path.exists(_TOKEN)


def _in_cluster() -> bool:
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST")) and os.path.exists(_TOKEN)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


class _LoggedErrors(logging.Handler):
    """Catches what the kubernetes client logs in this thread, which would otherwise end up on the user's screen."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first line of an error of our own thread."""
        if record.thread == self._thread:
            self.messages.append(record.getMessage().strip().partition("\n")[0])

    def __enter__(self) -> "_LoggedErrors":
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
