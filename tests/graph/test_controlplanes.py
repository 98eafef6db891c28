"""Versions of Kubernetes and Istio, and what is said where they do not go together."""

from collections.abc import Mapping
from typing import Any

import pytest

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import choose, load
from meshctl.graph.controlplanes import minor
from meshctl.graph.mesh import MeshGraph
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Coverage, Snapshot

ISTIOD: Mapping[str, Any] = {
    "metadata": {"labels": {"app": "istiod"}},
    "spec": {"template": {"spec": {"containers": [{"name": "discovery", "image": "istio/pilot:1.28.0"}]}}},
}
NODE: Mapping[str, Any] = {"status": {"nodeInfo": {"kubeletVersion": "v1.29.1"}}}


@pytest.mark.parametrize(
    ("text", "version"),
    [("v1.30.2-gke.1", (1, 30)), ("1.28", (1, 28)), ("v1.27+", (1, 27)), ("latest", None), ("", None), ("1", None)],
)
def test_minor(text: str, version: tuple[int, int] | None) -> None:
    assert minor(text) == version


def findings(server: str) -> list[tuple[str, str]]:
    resources = (
        Resource(ResourceId("", "apps", "Deployment", "istio-system", "istiod"), "v1", ISTIOD),
        Resource(ResourceId("", "", "Node", "", "one"), "v1", NODE),
    )
    snapshot = Snapshot(resources, coverage={"": Coverage(version=server)})
    found = analyze(MeshGraph(snapshot), choose(load(), ["IST0142"], [])).result.findings
    return [(str(f.severity), f.message) for f in found]


def test_the_api_server_says_more_than_the_nodes() -> None:
    old = "Istio 1.28 supports Kubernetes 1.30 and newer, and the API server is 1.29."
    assert findings("v1.29.7") == [("error", old)]
    assert findings("v1.30.0") == []
    assert findings("") == [("warning", old.replace("the API server is", "the newest node runs"))]
