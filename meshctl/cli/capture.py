"""`meshctl capture`: a live cluster as a file that every command reads."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options

if TYPE_CHECKING:
    from datetime import datetime

    from meshctl.sources.cluster.kubeconfig import Context
    from meshctl.sources.snapshot import Snapshot

FLAGS = (
    *("namespace", "all_namespaces", "context", "kubeconfig", "select", "ignore", "config", "no_config"),
    *("istio_namespace", "timeout", "quiet", "debug"),
)
File = Annotated[
    str,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="The bundle, or the folder for it, or - for stdout (default: meshctl-CONTEXT-TIME.tar.gz here).",
    ),
]


def capture(options: Options, output: File = "") -> int:
    """Write what the checks and commands read of live clusters into a bundle (.tar.gz) that all of them read again.

    Of Secrets only names, types and the public parts of certificates are in it; values that look secret are not.
    """
    import shutil
    import tempfile
    from dataclasses import replace
    from datetime import UTC, datetime

    from meshctl.cli.session import Session
    from meshctl.model.result import Exit
    from meshctl.sources.bundle.writing import write_bundle

    now = datetime.now(UTC)
    session = Session(replace(options, output=None), ())
    if output == "-" and sys.stdout.isatty():
        raise UsageError("a bundle is nothing for a terminal: write `-o -` into a pipe or a file")
    contexts = session.contexts
    snapshot = session.live(session.needed_kinds(), namespace=session.reported_namespace)
    if not snapshot.resources:
        _tell_unread(snapshot)
        sys.stderr.write("meshctl: nothing could be read, so no bundle is written\n")
        return int(Exit.INCOMPLETE)
    names = {"": contexts[0].name} if len(contexts) == 1 else {}
    path = _path(output, contexts, now)
    try:
        with tempfile.TemporaryDirectory(prefix="meshctl-") as folder:
            file = os.path.join(folder, "bundle.tar.gz") if output == "-" else path
            write_bundle(file, snapshot, time=now, contexts=names)
            size = os.path.getsize(file)
            if output == "-":
                with open(file, "rb") as bundle:
                    shutil.copyfileobj(bundle, sys.stdout.buffer)
                    sys.stdout.buffer.flush()
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    if not options.quiet:
        of = f" of {len(contexts)} clusters" if len(contexts) > 1 else f" of context {contexts[0].name}"
        found = {resource.id.kind_key for resource in snapshot.resources}
        count = f"{len(snapshot.resources):,} objects of {len(found)} kinds{of}"
        sys.stderr.write(f"Wrote {count} to {path} ({_size(size)}).\n")
    _tell_unread(snapshot)
    if output != "-":
        sys.stdout.write(f"{path}\n")
    return int(Exit.INCOMPLETE if snapshot.unread else Exit.CLEAN)


def _tell_unread(snapshot: "Snapshot") -> None:
    for unread in snapshot.unread:
        sys.stderr.write(f"meshctl: not read: {unread.what}: {unread.why}\n")


def _path(output: str, contexts: Sequence["Context"], now: "datetime") -> str:
    if output == "-":
        return "stdout"
    if output and not output.endswith(os.sep) and not os.path.isdir(output):
        return output
    name = contexts[0].name if len(contexts) == 1 else f"{len(contexts)}-clusters"
    plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip(".")
    return os.path.join(output, f"meshctl-{plain}-{now:%Y%m%d-%H%M%S}.tar.gz")


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1_000_000 else f"{size / 1000:,.1f} kB"
