"""Kinds of Linkerd's installation: links to other clusters, and what runs on every node."""

from meshctl.graph.fields import text
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey


class Link(View):
    """A Link: a cluster whose exported Services are mirrored into this one."""

    KINDS = (KindKey("multicluster.linkerd.io", "Link"),)

    @lazy
    def target(self) -> str:
        """The name of that cluster, which its mirror Services carry as a label."""
        return text(self.spec.get("targetClusterName")) or self.name

    @lazy
    def secret(self) -> str:
        """The Secret of the same namespace with the credentials for that cluster; empty where none is named."""
        return text(self.spec.get("clusterCredentialsSecret"))


class DaemonSet(Workload):
    """A DaemonSet."""

    KINDS = (KindKey("apps", "DaemonSet"),)


class ValidatingWebhookConfiguration(View):
    """A ValidatingWebhookConfiguration."""

    KINDS = (KindKey("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),)
