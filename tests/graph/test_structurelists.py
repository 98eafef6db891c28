"""The field lists say what the definitions of a real installation say, and are whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from meshctl.graph.structure.lists import listed
from meshctl.graph.structure.notation import FieldLists
from meshctl.graph.structure.resources import STRUCTURED
from meshctl.graph.structure.schema import shape_of
from meshctl.graph.structure.shape import Shape
from meshctl.model.ids import KindKey
from meshctl.sources.files import read_files

KINDS = sorted({key for kind in STRUCTURED for key in kind.KINDS})
DEFINITIONS = Path(__file__).parents[2].parent / "shared/istio-install/crds.yaml"


def lines(shape: Shape, at: str = "") -> Iterator[str]:
    """A line for each field, with its types and values."""
    yield f"{at}: {shape.words} {sorted(map(str, shape.values))}"
    for name, field in shape.fields.items():
        yield from lines(field, f"{at}.{name}")
    if shape.rest:
        yield from lines(shape.rest, f"{at}.*")
    if shape.items:
        yield from lines(shape.items, f"{at}[]")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.group}-{kind.kind}")
def test_every_kind_has_a_list(kind: KindKey) -> None:
    assert len(list(lines(listed(kind).fields["spec"]))) > 3


@pytest.mark.parametrize("file", ["istio.txt", "gatewayapi.txt"])
def test_every_block_is_used_by_a_kind(file: str) -> None:
    lists = FieldLists.of_file(file)
    for kind in KINDS:
        if kind.group.endswith(".istio.io") == (file == "istio.txt"):
            lists.block(kind.kind)
    assert lists.unread == set()


@pytest.mark.skipif(not DEFINITIONS.exists(), reason="the definitions are not there")
def test_lists_agree_with_the_definitions() -> None:
    found = 0
    for resource in read_files([str(DEFINITIONS)]).resources:
        spec = resource.data["spec"]
        for version in spec.get("versions", ()):
            found += 1
            schema = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
            own = listed(KindKey(spec["group"], spec["names"]["kind"])).fields["spec"]
            assert set(lines(own)) == set(lines(shape_of(schema))), spec["names"]["kind"]
    assert found > 30
