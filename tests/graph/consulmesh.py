"""Meshes of Consul for tests, from a few lines of YAML."""

from pathlib import Path
from textwrap import dedent

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.sources.files import read_files

API = "apiVersion: consul.hashicorp.com/v1alpha1"


def entry(kind: str, name: str, spec: str, namespace: str = "shop") -> str:
    """An entry with its spec in flow style."""
    return f"{API}\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"


def deployment(name: str, *annotations: str, namespace: str = "shop", ports: str = "[]") -> str:
    """A Deployment whose pods have these annotations."""
    said = "".join(f"        consul.hashicorp.com/{each}\n" for each in annotations) or "        {}\n"
    head = dedent(f"""\
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: {name}, namespace: {namespace}}}
        spec:
          template:
            metadata:
              labels: {{app: {name}}}
              annotations:
        """)
    return f"{head}{said}    spec: {{containers: [{{name: {name}, image: {name}:1, ports: {ports}}}]}}\n"


def injector(*flags: str) -> str:
    """The Deployment of the injector, with these flags."""
    return dedent(f"""\
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: consul-connect-injector, namespace: consul}}
        spec:
          template:
            metadata: {{labels: {{app: consul, component: connect-injector}}}}
            spec:
              containers:
              - name: sidecar-injector
                image: hashicorp/consul-k8s-control-plane:1.6.1
                command: [/bin/sh, -ec, 'exec consul-k8s-control-plane inject-connect {" ".join(flags)}']
        """)


def mesh(folder: Path, *documents: str) -> MeshGraph:
    """The mesh of these documents."""
    file = folder / "mesh.yaml"
    file.write_text("---\n".join(documents))
    return MeshGraph(read_files([str(file)]), Settings())
