"""The names by which Linkerd is recognised, and what of it stands in a pod."""

from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.othermeshes import LINKERD_INJECT, LINKERD_MESHED
from meshctl.graph.view import View

INJECT = LINKERD_INJECT
PROXY = "linkerd-proxy"
CONTROL_PLANE = "linkerd.io/is-control-plane"
COMPONENT = "linkerd.io/control-plane-component"
EXTENSION = "linkerd.io/extension"
MESHED = LINKERD_MESHED
"""The label that the injector puts on pods."""


def linkerd_proxy(workload: Workload) -> Container | None:
    """The proxy that stands in a pod or in its template: a container, or an init container that stays (native)."""
    return next((c for c in workload.containers if c.name == PROXY and (not c.init or c.native)), None)


def is_linkerds_own(view: View) -> bool:
    """Whether a resource is a part of Linkerd or of an extension, by its labels."""
    return COMPONENT in view.labels or EXTENSION in view.labels


def is_control_plane(namespace: Namespace) -> bool:
    """Whether Linkerd itself, or an extension of it, lives there."""
    return namespace.labels.get(CONTROL_PLANE) == "true" or EXTENSION in namespace.labels
