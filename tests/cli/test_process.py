"""How a run ends, and what it must not spend time on."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

MESH = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
"""


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
    # Opening the pipe waits until the run reads from it, and it reads until the pipe is closed.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run, pipe.open("wb"):
        run.send_signal(signal.SIGINT)
        output, _ = run.communicate(timeout=30)
    assert run.returncode == 130
    assert json.loads(output)["error"] == {"message": "interrupted", "exitCode": 130}
