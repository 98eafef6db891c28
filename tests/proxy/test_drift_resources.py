"""Every field of the recorded resources in turn has another value: drift is found at that field, and nowhere else."""

from pathlib import Path

import pytest

from meshctl.model.difference import Hop
from meshctl.model.paths import Path as FieldPath
from meshctl.model.paths import dotted
from meshctl.proxy.drift.drift import drift
from tests.proxy.drifting import CAPTURES, CLUSTER, documents, leaves, other, put, recording, told, with_documents

pytestmark = pytest.mark.skipif(not CAPTURES.exists(), reason="the recorded mesh is not here")

RICH = CAPTURES / "rich/desired.yaml"
# What shows nowhere in a proxy: names of ports, a host without routes, a rule that its own namespace sees anyway, and
# preferences among localities where there is only one.
UNSEEN = {
    ("Gateway", "spec.servers[0].port.name"),
    ("Gateway", "spec.servers[0].hosts[1]"),
    ("ServiceEntry", "spec.ports[0].name"),
    ("ServiceEntry", "spec.ports[1].name"),
    ("DestinationRule", "spec.exportTo[0]"),
    ("DestinationRule", "spec.trafficPolicy.loadBalancer.localityLbSetting.failoverPriority[0]"),
}


def fields() -> list[tuple[int, FieldPath]]:
    if not CAPTURES.exists():
        return []
    found = []
    for position, document in enumerate(documents(RICH)):
        for path, _ in leaves(document["spec"], ("spec",)):
            if (document["kind"], dotted(path)) not in UNSEEN:
                found.append((position, path))
    return found


@pytest.mark.parametrize(("position", "path"), fields(), ids=lambda p: dotted(p) if isinstance(p, tuple) else str(p))
def test_changed_field(position: int, path: FieldPath, tmp_path: Path) -> None:
    wanted = documents(RICH)
    value = dict(leaves(wanted[position]))[path]
    changed = put(wanted, (position, *path), other(value))
    outcome = drift(with_documents(changed, tmp_path, CLUSTER), recording("rich"))
    assert len(outcome.differences) == 1, told(outcome)
    (found,) = outcome.differences
    document = wanted[position]
    assert found.resource and found.resource[2:] == (
        document["kind"],
        document["metadata"]["namespace"],
        document["metadata"]["name"],
    )
    # A field that is compared as a whole, such as a match of a header, is named instead of what is in it.
    assert path[: len(found.path)] == found.path
    # What istiod sends of endpoints was not recorded.
    assert found.hop is (Hop.UNKNOWN if "subsets" in path and "labels" in path else Hop.CONTROL_PLANE)


def test_the_fields_are_many() -> None:
    assert len(fields()) > 120
