"""`tcp` routes of VirtualServices: where connections to a Service's own address lead."""

from pathlib import Path
from typing import Any

import pytest

from tests.proxy.test_drift_maps import differing

ROUTES = """
apiVersion: v1
kind: Service
metadata: {name: next, namespace: shop}
spec: {clusterIP: 10.9.0.2, selector: {app: next}, ports: [{name: tcp, port: 9100}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api]
  tcp:
  - match: [{port: 7}]
    route: [{destination: {host: elsewhere}}]
  - match: [{port: 9000}]
    route:
    - {destination: {host: api}, weight: 90}
    - {destination: {host: next, port: {number: 9100}}, weight: 10}
"""


def listener(name: str, api: int, to: str = "outbound|9100||next.shop.svc.cluster.local") -> Any:
    weighted = [{"name": "outbound|9000||api.shop.svc.cluster.local", "weight": api}, {"name": to, "weight": 10}]
    proxy = {"name": "envoy.filters.network.tcp_proxy", "typed_config": {"weighted_clusters": {"clusters": weighted}}}
    return {"name": name, "filter_chains": [{"filters": [proxy]}]}


@pytest.mark.parametrize(
    ("found", "differences"),
    [
        (listener("10.9.0.1_9000", 90), []),
        (listener("10.9.0.1_9000", 80), [("spec.tcp[1].route[0].weight", 90, 80)]),
        (
            listener("10.9.0.1_9000", 90, "outbound|9000||next"),
            [
                (
                    "spec.tcp[1].route[1].destination",
                    "outbound|9100||next.shop.svc.cluster.local",
                    "outbound|9000||next",
                )
            ],
        ),
        # Of other addresses nothing is said.
        (listener("10.9.0.7_9000", 80), []),
    ],
)
def test_where_connections_lead(tmp_path: Path, found: Any, differences: list[Any]) -> None:
    assert differing(tmp_path / "one", ROUTES, listeners=[found]) == differences
