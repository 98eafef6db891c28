"""Meshes and checks made for one test."""

from collections.abc import Callable, Iterator
from pathlib import Path

from meshctl.analysis.analyzer import Analyzer, Claim, analyzer
from meshctl.graph.kinds.core import Service
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.graph.view import View
from meshctl.model.severity import Severity
from meshctl.sources.files import read_files

Build = Callable[[View], Claim]


def given(
    folder: Path, text: str, *, file: str = "given.yaml", whole: bool = False, settings: Settings | None = None
) -> MeshGraph:
    """A mesh of the YAML text, read from a file of that name."""
    path = folder / file
    path.write_text(text)
    return MeshGraph(read_files([str(path)], whole=whole), settings)


def service(name: str = "web", namespace: str = "shop", annotations: str = "{}") -> str:
    """A Service as YAML; its first port is on line 11, counted from its own first line."""
    return f"""apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
  annotations: {annotations}
spec:
  selector: {{app: {name}}}
  ports:
  - name: http
    port: 8080
  - name: admin
    port: 9090
---
"""


def about_each_service(
    build: Build, code: str = "TST100", name: str = "service-odd", absent: tuple[type[View], ...] = ()
) -> Analyzer:
    """A check that claims something of each Service."""

    @analyzer(code, name, Severity.ERROR, reads=(Service, *absent), absent=absent)
    def check(mesh: MeshGraph) -> Iterator[Claim]:
        for found in mesh.all(Service):
            yield build(found)

    return check
