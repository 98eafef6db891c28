"""Whether a policy can ask who calls."""

import pytest

from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mtls.connection import identity_is_known
from tests.graph.mtlsdocuments import (
    API,
    DISABLE,
    NO_AUTO,
    SELECTED,
    STRICT,
    deployment,
    mesh_of,
    peer,
    rule,
    service,
    tls,
)


@pytest.mark.parametrize(
    ("documents", "answer"),
    [
        ((API,), "sometimes"),
        ((API, peer(STRICT)), "always"),
        ((API, peer(DISABLE)), "never"),
        ((API, peer(DISABLE), peer(f"{SELECTED}, mtls: {{mode: PERMISSIVE}}", name="own")), "never"),
        ((API, NO_AUTO), "never"),
        ((API, NO_AUTO, rule(tls("ISTIO_MUTUAL"), "istio-system", "*.local")), "sometimes"),
        ((deployment("api", "shop"), NO_AUTO), "unknown"),
        ((deployment("api", "bare"), service("api", "bare")), "never"),
        ((deployment("api", "calm"), service("api", "calm"), peer(DISABLE, "calm")), "sometimes"),
    ],
)
def test_identity(documents: tuple[str, ...], answer: str) -> None:
    mesh = mesh_of(*documents)
    assert identity_is_known(mesh, mesh.all(Workload)[0], 8080) == answer
