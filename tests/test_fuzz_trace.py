"""Broken manifests never crash a trace: it answers, or says in a sentence what it does not understand.

The suite runs 100 seeded mutations; MESHCTL_FUZZ=20000 runs more, and MESHCTL_FUZZ_SEED another series.
"""

import copy
import os
import random
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml

from meshctl.analysis.trace import trace
from meshctl.graph.lookup import LookupFailed
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.graph.trace.call import BadCall
from meshctl.model.question import Question
from meshctl.reports.formats import Style, render
from meshctl.sources.files import read_files
from tests.mutations import mutate_tree

MESHES = Path(__file__).parent.parent / "fixtures/meshes"
COUNT = int(os.environ.get("MESHCTL_FUZZ", "100"))
SEED = int(os.environ.get("MESHCTL_FUZZ_SEED", "1"))
PART = 50
ASKED = (
    ("bookinfo", "productpage.bookinfo", "http://reviews.bookinfo:9080/reviews/0"),
    ("bookinfo", "outside", "http://books.example.com/productpage"),
    ("egress", "sleep.sleep", "http://edition.cnn.example.com/"),
    ("egress", "sleep.sleep", "https://wiki.example.org/"),
    ("gateway-api", "outside", "https://www.shop.example.com/pay"),
    ("gateway-api", "web.shop", "reviews"),
    ("ambient", "curl.clients", "http://productpage.bookinfo:9080/"),
)


def documents_of(mesh: str) -> list[Any]:
    texts = (file.read_text(encoding="utf-8") for file in sorted((MESHES / mesh).rglob("*.yaml")))
    return [document for text in texts for document in yaml.safe_load_all(text)]


DOCUMENTS = {mesh: documents_of(mesh) for mesh, _, _ in ASKED}


@pytest.mark.parametrize("part", range(0, COUNT, PART))
def test_broken_meshes(part: int) -> None:
    for number in range(part, min(part + PART, COUNT)):
        draw = random.Random(f"{SEED}-{number}")
        mesh, client, target = ASKED[number % len(ASKED)]
        documents = copy.deepcopy(DOCUMENTS[mesh])
        for _ in range(draw.randint(1, 12)):
            mutate_tree(draw, documents)
        text = yaml.safe_dump_all(documents, allow_unicode=True).encode(errors="replace")
        snapshot = read_files(["-"], stdin=BytesIO(text), whole=draw.random() < 0.5)
        try:
            found = trace(MeshGraph(snapshot, Settings()), (), Question(client, target)).result
        except (BadCall, LookupFailed) as error:
            assert "\n" not in str(error)
            continue
        outcomes = found.tables["traceOutcomes"]
        assert sum(row["share"] for row in outcomes) == pytest.approx(1, abs=0.01), f"{SEED}-{number}"
        for name in ("human", "json", "csv"):
            assert render(found, name, Style())
