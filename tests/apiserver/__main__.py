"""Serves files as a cluster until standard input ends: `python -m tests.apiserver FILE... --kubeconfig PATH`."""

import argparse
import sys
from pathlib import Path

from meshctl.sources.files import read_files
from tests.apiserver.server import ApiServer


def main() -> None:
    """Writes the kubeconfig, says so in one line, and waits."""
    parser = argparse.ArgumentParser(prog="python -m tests.apiserver", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--kubeconfig", type=Path, required=True, help="gets one more context")
    parser.add_argument("--name", default="test", help="of the context")
    given = parser.parse_args()
    objects = (resource.data for resource in read_files(given.files).resources)
    with ApiServer(objects, name=given.name) as server:
        server.kubeconfig(given.kubeconfig)
        print(f"{server.url} is context {given.name} of {given.kubeconfig}", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
