"""HTTP through the API server to a port on the pod's address: of a proxy, that is its metrics alone."""

from collections.abc import Collection, Sequence

from meshctl.proxy.transports.apiserver import ApiServer, Unopened
from meshctl.proxy.transports.transport import Answer, Unreachable
from meshctl.proxy.transports.way import MetricsOnly, refusal


class PodProxy:
    """The way that is left where only `pods/proxy` is allowed. The admin port is not on the pod's address."""

    name = "pod proxy"
    permission = "pods/proxy"

    def __init__(
        self, server: ApiServer, namespace: str, pod: str, paths: Collection[str], ports: Sequence[int]
    ) -> None:
        """`paths` are those of the metrics and what is beside them, on the first of these ports that has them."""
        self._server, self._pod = server, (namespace, pod)
        self._paths, self._ports = paths, ports

    def get(self, path: str) -> Answer:
        """As every way does, for these paths."""
        if path not in self._paths:
            raise MetricsOnly("leads to the metrics alone")
        why = ""
        for port in self._ports:
            try:
                return self._server.get(self._pod, port, path)
            except Unopened as error:
                if error.status not in (500, 502, 503, 504):
                    raise refusal(error) from error
                why = error.message
        raise Unreachable(f"cannot be reached: {why[:200]}")
