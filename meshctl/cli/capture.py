"""`meshctl capture`: a live cluster as a file that every command reads."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import structs

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options
from meshctl.model.ids import KindKey

if TYPE_CHECKING:
    from datetime import datetime

    from meshctl.cli.session import Session
    from meshctl.sources.bundle.proxies import ProxyFile
    from meshctl.sources.cluster.kubeconfig import Context
    from meshctl.sources.snapshot import Snapshot

_POD = KindKey("", "Pod")
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
Proxies = Annotated[
    bool, typer.Option("--proxies", help="Also what the proxies and istiods answer: for proxy-status, drift, latency.")
]


def capture(options: Options, output: File = "", proxies: Proxies = False) -> int:
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

    session = Session(replace(options, output=None), ())
    if output == "-" and sys.stdout.isatty():
        raise UsageError("a bundle is nothing for a terminal: write `-o -` into a pipe or a file")
    contexts = session.contexts
    with (
        tempfile.TemporaryDirectory(prefix="meshctl-") as folder,
        _read(session, proxies, folder) as (snapshot, answers),
    ):
        if not snapshot.resources:
            _tell_unread(snapshot)
            sys.stderr.write("meshctl: nothing could be read, so no bundle is written\n")
            return int(Exit.INCOMPLETE)
        # That of the last answers: ages are counted from there.
        now = datetime.now(UTC)
        path = _path(output, contexts, now)
        file = os.path.join(folder, "bundle.tar.gz") if output == "-" else path
        names = {"": contexts[0].name} if len(contexts) == 1 else {}
        try:
            write_bundle(file, snapshot, time=now, contexts=names, answers=answers)
            size = os.path.getsize(file)
            if output == "-":
                with open(file, "rb") as bundle:
                    shutil.copyfileobj(bundle, sys.stdout.buffer)
                    sys.stdout.buffer.flush()
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    if not options.quiet:
        of = f" of {len(contexts)} clusters" if len(contexts) > 1 else f" of context {contexts[0].name}"
        sys.stderr.write(f"Wrote {_counted(snapshot)}{of} to {path} ({_size(size)}).\n")
    _tell_unread(snapshot)
    if output != "-":
        sys.stdout.write(f"{path}\n")
    return int(Exit.INCOMPLETE if snapshot.unread else Exit.CLEAN)


@contextmanager
def _read(session: "Session", proxies: bool, folder: str) -> "Iterator[tuple[Snapshot, Iterable[ProxyFile]]]":
    """The resources, and what the proxies answered, which waits in the folder."""
    kinds, namespace = session.needed_kinds(), session.reported_namespace
    if not proxies:
        yield session.live(kinds, namespace=namespace), ()
        return

    from meshctl.cli.progress import watching
    from meshctl.cli.reaching import live
    from meshctl.model.result import Unread
    from meshctl.proxy.capturing import captured
    from meshctl.proxy.reached import Wanted
    from meshctl.sources.bundle.spool import spooled

    lost: list[Unread] = []
    wanted = Wanted(namespace, tells="")
    with live(session, kinds, wanted, namespace=namespace, otherwise="no cluster to look at") as seen:
        homes = {r.id.name: r.id.namespace for r in seen.snapshot.resources if r.id.kind_key == _POD}
        place = session.settings.istio_namespace
        with watching(session.options.quiet, ["answers"]):
            answers = spooled(captured(seen.gathered, lambda name: homes.get(name, place), lost), folder)
        unread = (*seen.snapshot.unread, *seen.gathered.unread, *lost)
        yield structs.replace(seen.snapshot, unread=unread), answers


def _counted(snapshot: "Snapshot") -> str:
    kinds = {resource.id.kind_key for resource in snapshot.resources}
    return f"{len(snapshot.resources):,} objects of {len(kinds)} kinds"


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
