"""The program as users start it: its own process, its streams and its exit code."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOOKSHOP = str(ROOT / "fixtures/meshes/bookshop")


@dataclass(frozen=True)
class Done:
    """What a run left behind."""

    code: int
    out: str
    err: str


def meshctl(*arguments: str, cwd: Path | None = None, stdin: str = "", env: Mapping[str, str] | None = None) -> Done:
    """Run a command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "meshctl", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONWARNINGS": "error", **(env or {})},
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
