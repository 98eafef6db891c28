"""The program as users start it: its own process, its streams and its exit code."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

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


def inside(*arguments: str, cwd: Path | None = None, stdin: str = "", env: Mapping[str, str] | None = None) -> Done:
    """The same within this process, which is faster, for commands that are about something else than processes."""
    from meshctl.__main__ import _run

    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        mock.patch.object(sys, "argv", ["meshctl", *arguments]),
        mock.patch.object(sys, "stdin", given),
        mock.patch.dict(os.environ, env or {}),
        chdir(cwd or "."),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = int(_run())
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]
    return Done(code, *texts)
