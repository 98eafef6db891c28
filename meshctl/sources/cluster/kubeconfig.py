"""The kubeconfig: which contexts there are, and how to talk to the cluster of each."""

import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from meshctl.sources.errors import InputError

if TYPE_CHECKING:
    from kubernetes.client import Configuration

IN_CLUSTER = "in-cluster"
_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"


class Inaccessible(Exception):
    """A cluster cannot be asked at all; the text is a clause that says why."""


@dataclass(frozen=True, slots=True)
class Context:
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
                    config.load_kube_config(
                        self.kubeconfig or None, self.name, client_configuration=settings, persist_config=False
                    )
            except Exception as error:
                # The client raises what its parsers and file accesses raise.
                raise Inaccessible(f"its credentials cannot be loaded: {_one_line(error)}") from error
        if logged.messages:
            # The client only logs that a plug-in failed, and goes on without credentials.
            raise Inaccessible(f"its credential plug-in failed: {logged.messages[0]}")
        return settings


def is_available(kubeconfig: str) -> bool:
    """Whether there is a kubeconfig, or a cluster around this process; loads nothing."""
    return any(os.path.exists(path) for path in _files(kubeconfig)) or _in_cluster()


def known_contexts(kubeconfig: str) -> tuple[str, ...]:
    """The names of all contexts, sorted; none where the kubeconfig cannot be used."""
    from kubernetes import config

    try:
        known, _ = config.list_kube_config_contexts(kubeconfig or None)
    except Exception:
        # `contexts` says what is wrong.
        return ()
    return tuple(sorted(str(each["name"]) for each in known))


def contexts(kubeconfig: str, names: Sequence[str]) -> tuple[Context, ...]:
    """The named contexts, or the current one. `kubeconfig` is a file; empty for $KUBECONFIG or the usual place.

    Raises InputError where there is no usable kubeconfig or no such context.
    """
    from kubernetes import config
    from kubernetes.config.config_exception import ConfigException

    if not names and not any(os.path.exists(path) for path in _files(kubeconfig)) and _in_cluster():
        return (Context(IN_CLUSTER, "", ""),)
    if kubeconfig and not os.path.exists(kubeconfig):
        raise InputError(f"the kubeconfig {kubeconfig} does not exist")
    try:
        known, current = config.list_kube_config_contexts(kubeconfig or None)
    except ConfigException as error:
        where = kubeconfig or os.pathsep.join(_files(""))
        raise InputError(f"the kubeconfig {where} cannot be used: {_reason(error)}") from error
    except Exception as error:
        # What is no YAML, or YAML of something else, ends in the client's parser.
        where = kubeconfig or os.pathsep.join(_files(""))
        raise InputError(f"the kubeconfig {where} cannot be read: {_one_line(error)}") from error
    by_name = {str(each["name"]): each for each in known}
    return tuple(_context(name, by_name, kubeconfig) for name in dict.fromkeys(names or [str(current["name"])]))


def _context(name: str, by_name: dict[str, Any], kubeconfig: str) -> Context:
    if name not in by_name:
        near = get_close_matches(name, by_name, 1)
        raise InputError(f"there is no context {name} in the kubeconfig{f': did you mean {near[0]}?' if near else ''}")
    inner = by_name[name].get("context") or {}
    return Context(name, str(inner.get("namespace") or ""), kubeconfig)


def _files(kubeconfig: str) -> list[str]:
    if kubeconfig:
        return [kubeconfig]
    listed = os.environ.get("KUBECONFIG", "")
    return [part for part in listed.split(os.pathsep) if part] or [os.path.expanduser("~/.kube/config")]


def _in_cluster() -> bool:
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST")) and os.path.exists(_TOKEN)


def _reason(error: Exception) -> str:
    """The client's words without its own prefix."""
    return _one_line(error).removeprefix("Invalid kube-config file. ").rstrip(".")


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
