"""How a run ends, and what it must not spend time on."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

MESH = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
"""
PATIENCE = 30.0


def opened_by(run: subprocess.Popen[str], pipe: Path) -> IO[bytes]:
    """The other end of a pipe, once a run reads from it. Fails where the run ends before, or takes too long."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            # Without the flag it would wait for ever for a run that never comes to reading.
            return os.fdopen(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK), "wb")
        except OSError as error:
            assert error.errno == errno.ENXIO, error
        assert time.monotonic() < end, "nothing has been read"
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"it has ended with {run.wait(0.02)}")


def test_no_garbage_is_collected(tmp_path: Path) -> None:
    """Collecting doubles the time of a large run: nothing may switch it on again."""
    (tmp_path / "mesh.yaml").write_text(MESH)
    program = (
        "import gc, sys\n"
        "collected = []\n"
        "gc.callbacks.append(lambda phase, info: collected.append(phase))\n"
        f"sys.argv = ['meshctl', 'analyze', '--no-config', {str(tmp_path)!r}]\n"
        "from meshctl.__main__ import main\n"
        "before = len(collected)\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print('collections:', len(collected) - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["No problems in 1 resource of 1 file.", "collections: 0"], done.stderr


def test_a_report_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text(MESH)
    file = tmp_path / "no" / "such" / "folder.json"
    command = [sys.executable, "-m", "meshctl", "analyze", "--no-config", str(tmp_path), "-o", f"json={file}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == f"meshctl: cannot write {file}: No such file or directory\n"
    assert (done.returncode, done.stdout) == (2, "")


def test_an_interrupted_run_says_so_in_its_report_too(tmp_path: Path) -> None:
    pipe = tmp_path / "mesh.yaml"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "meshctl", "analyze", "--no-config", str(pipe), "-o", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        try:
            # It reads until the pipe is closed.
            with opened_by(run, pipe):
                run.send_signal(signal.SIGINT)
                output, _ = run.communicate(timeout=PATIENCE)
        finally:
            run.kill()
    assert run.returncode == 130
    assert json.loads(output)["error"] == {"message": "interrupted", "exitCode": 130}
