"""Write a mesh of about N resources as YAML files, the same for the same seed, with known defects in it.

Usage: python -m bench.generate N FOLDER [--profile PROFILE] [--seed SEED] [--defects SHARE]

An application is a Deployment with its ServiceAccount, Service, DestinationRule, VirtualService and two Pods. Profiles:
`spread` puts 25 applications into each namespace; `one-namespace` puts all of them into one; `one-gateway` adds to each
a host behind the one ingress gateway, with a ServiceEntry as its backend. The last two show a cost that grows faster
than the input. A SHARE of the applications has one defect; its line ends in `# expect: CODE`, and `defects.jsonl`
beside the files lists them all.
"""

import argparse
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from bench.manifests import EDGE, EXTRA, MESH, NAMESPACE, POD, PROXY, ROUTING, WORKLOAD

Profile = Literal["spread", "one-namespace", "one-gateway"]
DEFECTS = ("host", "subset", "gateway", "port", "port-left-out", "twice", "pod", "rule", "selector")
_APPLICATIONS_A_FILE = 25


@dataclass(frozen=True, slots=True)
class Planted:
    """A defect in the generated files: the finding with this code belongs on this line."""

    file: str
    line: int
    code: str


def generate(
    folder: Path, size: int, *, profile: Profile = "spread", seed: int = 1, defects: float = 0.02
) -> list[Planted]:
    """Write about `size` resources below `folder`; `defects` is the share of applications with one defect."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mesh.yaml").write_text(MESH)
    count = max(1, size // (9 if profile == "one-gateway" else 7))
    written = [folder / "mesh.yaml"]
    for first in range(0, count, _APPLICATIONS_A_FILE):
        part = first // _APPLICATIONS_A_FILE
        namespace = "everything" if profile == "one-namespace" else f"team-{part:04d}"
        texts = [] if profile == "one-namespace" and part else [NAMESPACE.format(namespace=namespace)]
        for number in range(first, min(first + _APPLICATIONS_A_FILE, count)):
            defect = draw.choice(DEFECTS) if draw.random() < defects else ""
            texts.append(_application(number, namespace, defect, draw))
            if profile == "one-gateway":
                texts.append(_edge(number, namespace))
        file = folder / f"applications-{part:04d}.yaml"
        file.write_text("---\n".join(texts))
        written.append(file)
    planted = [found for file in written for found in _planted(file)]
    rows = [json.dumps({"file": p.file, "line": p.line, "code": p.code}) + "\n" for p in planted]
    (folder / "defects.jsonl").write_text("".join(rows))
    return planted


def _planted(file: Path) -> list[Planted]:
    return [
        Planted(file.name, number, code)
        for number, line in enumerate(file.read_text().splitlines(), 1)
        for code in re.findall(r"# expect: (\w+)", line)
    ]


def _application(number: int, namespace: str, defect: str, draw: random.Random) -> str:
    name = f"app-{number:05d}"
    host, subset, port, gateways = name, "blue", "port: {number: 8080}", ""
    marks = dict.fromkeys(DEFECTS, "")
    if defect:
        marks[defect] = f" # expect: {_CODES[defect]}"
    if defect == "host":
        host = f"{name}-old"
    elif defect == "subset":
        subset = "green"
    elif defect == "port":
        port = "port: {number: 8081}"
    elif defect == "port-left-out":
        port = ""
    elif defect == "gateway":
        gateways = f"  gateways:\n  - mesh\n  - istio-ingress/retired{marks['gateway']}\n"
    texts = [
        WORKLOAD.format(name=name, namespace=namespace, memory=draw.choice((128, 256, 512))),
        ROUTING.format(
            name=name,
            namespace=namespace,
            gateways=gateways,
            destination=", ".join(filter(None, (f"host: {host}", f"subset: {subset}", port))),
            mark=marks["host"] or marks["subset"] or marks["port"] or marks["port-left-out"],
            name_mark=marks["twice"],
        ),
    ]
    for replica in range(2):
        without = defect == "pod" and replica
        texts.append(
            POD.format(
                name=name,
                namespace=namespace,
                suffix=f"{2 * number + replica:06x}",
                owner=f"{number:012x}",
                proxy="" if without else PROXY,
                mark=marks["pod"] if without else "",
            )
        )
    if defect in EXTRA:
        texts.append(EXTRA[defect].format(name=name, namespace=namespace, mark=marks[defect]))
    return "---\n".join(texts)


def _edge(number: int, namespace: str) -> str:
    return EDGE.format(name=f"app-{number:05d}", namespace=namespace)


_CODES = {
    "host": "IST0101",
    "subset": "IST0101",
    "gateway": "IST0101",
    "port": "IST0101",
    "port-left-out": "IST0112",
    "twice": "IST0109",
    "pod": "IST0103",
    "rule": "IST0174",
    "selector": "IST0101",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", type=int, metavar="N")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", choices=get_args(Profile), default="spread")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--defects", type=float, default=0.02, metavar="SHARE")
    given = parser.parse_args()
    planted = generate(given.folder, given.size, profile=given.profile, seed=given.seed, defects=given.defects)
    print(f"{len(planted)} planted defects, listed in {given.folder / 'defects.jsonl'}")


if __name__ == "__main__":
    main()
