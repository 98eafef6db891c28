"""Kustomizations and Helm charts rendered by their own tools."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence

from meshctl.sources.errors import InputError

_LOGGED = re.compile(r'\berr="((?:[^"\\]|\\.)*)"\Z')


class RenderFailed(Exception):
    """A renderer ran and did not succeed. The text is a clause that names it and its last words."""


def render_kustomization(directory: str, timeout: float) -> bytes:
    """What `kustomize build` makes of a directory, as YAML. `timeout` is in seconds.

    Raises InputError if there is neither kustomize nor kubectl, RenderFailed if the build fails.
    """
    if kustomize := shutil.which("kustomize"):
        return _run([kustomize, "build", directory], timeout)
    if kubectl := shutil.which("kubectl"):
        return _run([kubectl, "kustomize", directory], timeout)
    raise InputError(
        f"{directory} is a kustomization, but neither kustomize nor kubectl is installed: "
        f"render it elsewhere and use `kustomize build {directory} | meshctl analyze -`."
    )


def render_helm(
    chart: str,
    values: Sequence[str] = (),
    *,
    timeout: float,
    namespace: str = "default",
    release: str = "release-name",
) -> bytes:
    """What `helm template` makes of a chart, as YAML with `# Source:` comments. `timeout` is in seconds.

    Raises InputError if there is no helm, RenderFailed if it fails.
    """
    helm = shutil.which("helm")
    if helm is None:
        raise InputError(
            f"{chart} is to be rendered, but helm is not installed: "
            f"render it elsewhere and use `helm template {chart} | meshctl analyze -`."
        )
    arguments = [helm, "template", release, chart, "--namespace", namespace]
    for file in values:
        arguments += ["--values", file]
    return _run(arguments, timeout)


def _run(arguments: list[str], timeout: float) -> bytes:
    name = " ".join([os.path.basename(arguments[0]), arguments[1]])
    try:
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        raise RenderFailed(f"{name} did not end within {timeout:g} seconds") from None
    except OSError as error:
        raise RenderFailed(f"{name} cannot be run: {(error.strerror or str(error)).lower()}") from None
    if done.returncode != 0:
        raise RenderFailed(f"{name} failed: {_last_words(done.stderr) or f'exit code {done.returncode}'}")
    return done.stdout


def _last_words(stderr: bytes) -> str:
    """The last line that says something, without the log header and quotes that kubectl puts around it."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    line = lines[-1] if lines else ""
    if logged := _LOGGED.search(line):
        line = logged.group(1).replace('\\"', '"')
    return line.removeprefix("Error: ").removeprefix("error: ").rstrip(".")
