"""Pods, and everything that makes pods from a template."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, labels, mapping, numbered, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

PROXY = "istio-proxy"

_TEMPLATE: Path = ("spec", "template")
_TEMPLATES: Mapping[KindKey, Path] = {
    KindKey("", "Pod"): (),
    KindKey("apps", "Deployment"): _TEMPLATE,
    KindKey("apps", "StatefulSet"): _TEMPLATE,
    KindKey("apps", "DaemonSet"): _TEMPLATE,
    KindKey("apps", "ReplicaSet"): _TEMPLATE,
    KindKey("batch", "Job"): _TEMPLATE,
    KindKey("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    KindKey("argoproj.io", "Rollout"): _TEMPLATE,
}


class Container(Struct, frozen=True):
    """A container of a pod; `fields` is its whole definition, `native` says that it is a restartable init container."""

    path: Path
    name: str
    image: str
    init: bool
    native: bool
    fields: Fields


class Workload(View):
    """A Pod, or a resource with a pod template: one thing that a sidecar is injected into.

    `pod_path` is the path of the pod template; empty for a Pod.
    """

    KINDS = tuple(_TEMPLATES)

    @lazy
    def pod_path(self) -> Path:
        """Path of the part that has the metadata and spec of a pod."""
        return _TEMPLATES[self.id.kind_key]

    @property
    def is_pod(self) -> bool:
        """True for a Pod itself."""
        return not self.pod_path

    @lazy
    def template(self) -> Fields:
        """The part that has the metadata and spec of a pod."""
        part: Fields = self.data
        for key in self.pod_path:
            part = mapping(part.get(str(key)))
        return part

    @lazy
    def pod_labels(self) -> Mapping[str, str]:
        """Labels of its pods."""
        return labels(mapping(self.template.get("metadata")).get("labels"))

    @lazy
    def pod_annotations(self) -> Mapping[str, str]:
        """Annotations of its pods."""
        return labels(mapping(self.template.get("metadata")).get("annotations"))

    @lazy
    def pod_spec(self) -> Fields:
        """The spec of its pods."""
        return mapping(self.template.get("spec"))

    @property
    def has_ended(self) -> bool:
        """True for a Pod whose containers have all ended, as those of a finished Job."""
        return self.status.get("phase") in ("Succeeded", "Failed")

    @property
    def is_created(self) -> bool:
        """True for a Pod that the API server has taken: it runs, or a controller made it."""
        return self.is_pod and bool(self.status or self.controller[0] or self.pod_spec.get("nodeName"))

    @property
    def host_network(self) -> bool:
        """True if its pods use the node's network, which is never intercepted."""
        return self.pod_spec.get("hostNetwork") is True

    @lazy
    def containers(self) -> tuple[Container, ...]:
        """Containers, then init containers, each in order."""
        return tuple(self._containers("containers")) + tuple(self._containers("initContainers"))

    @lazy
    def proxy(self) -> Container | None:
        """The first container named istio-proxy, if any: a sidecar, native or not, or a gateway."""
        return next((c for c in self.containers if c.name == PROXY), None)

    @property
    def service_account(self) -> str:
        """The service account that its pods run as, in the newer field or the older; `default` where neither says."""
        spec = self.pod_spec
        return text(spec.get("serviceAccountName")) or text(spec.get("serviceAccount")) or "default"

    @lazy
    def replicas(self) -> int:
        """Pods wanted: 1 for a Pod, Job or CronJob and where nothing is said."""
        count = integer(self.spec.get("replicas")) if self.pod_path == _TEMPLATE else None
        return 1 if count is None else count

    @lazy
    def controller(self) -> tuple[str, str]:
        """Kind and name of the owner that manages it; empty texts if it has none."""
        for _, owner in numbered(self.metadata.get("ownerReferences")):
            if owner.get("controller") is True:
                return text(owner.get("kind")), text(owner.get("name"))
        return "", ""

    def pod_field(self, *path: str | int) -> Path:
        """The path in this resource of a field of its pod."""
        return (*self.pod_path, *path)

    def _containers(self, field: str) -> Iterator[Container]:
        init = field == "initContainers"
        for i, fields in numbered(self.pod_spec.get(field)):
            yield Container(
                path=self.pod_field("spec", field, i),
                name=text(fields.get("name")),
                image=text(fields.get("image")),
                init=init,
                native=init and fields.get("restartPolicy") == "Always",
                fields=fields,
            )


class Pod(Workload):
    """A Pod."""

    KINDS = (KindKey("", "Pod"),)


class Deployment(Workload):
    """A Deployment."""

    KINDS = (KindKey("apps", "Deployment"),)
