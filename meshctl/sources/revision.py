"""The given files as they were at a git revision, without touching the checkout."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from meshctl.sources.errors import InputError
from meshctl.sources.walking import STDIN, SUFFIXES, kustomization_file

_BLOB, _LINK = "blob", "120000"


class Revision:
    """A commit of the repository that some paths are in. Raises InputError where there is none, or no such commit."""

    def __init__(self, name: str, paths: Sequence[str]) -> None:
        """`paths` are the files and directories that are analyzed."""
        if STDIN in paths:
            raise InputError("what comes from stdin has no past: --since-ref needs files")
        self._paths = paths
        self._root = _root(paths)
        self._commit = self._resolved(name)

    def extract(self, folder: str) -> list[str]:
        """Write the files as they were into an empty folder; returns the given paths there, without those not there.

        Of a directory that is rendered the whole tree is written, since it may refer to anything; else what would be
        read. Submodules are left out.
        """
        inside = [self._inside(path) for path in self._paths]
        whole = any(kustomization_file(path) for path in self._paths)
        entries = [
            (mode, blob, name)
            for mode, blob, name in self._entries([] if whole else inside)
            if whole or name in inside or name.lower().endswith(SUFFIXES)
        ]
        for (mode, _, name), content in zip(entries, self._contents([blob for _, blob, _ in entries]), strict=True):
            _write(Path(folder), name, content, is_link=mode == _LINK)
        there = [self.place_in(folder, path) for path in self._paths]
        return [path for path in there if os.path.lexists(path)]

    def place_in(self, folder: str, path: str) -> str:
        """The place of a path of the working tree among what was extracted into a folder."""
        return os.path.normpath(os.path.join(folder, self._inside(path)))

    def _inside(self, path: str) -> str:
        """A path as seen from the top of the repository; empty for the top itself."""
        inside = os.path.relpath(os.path.realpath(path), self._root).replace(os.sep, "/")
        return "" if inside == "." else inside

    def _resolved(self, name: str) -> str:
        found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found.returncode == 0:
            return found.stdout.decode().strip()
        shallow = self._git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        if shallow:
            raise InputError(
                f"{name} is not in this shallow clone: fetch it first, as with `git fetch --depth=1 origin {name}`"
                " (actions/checkout: fetch-depth: 0)"
            )
        raise InputError(f"there is no revision {name} in the git repository {self._root}")

    def _entries(self, inside: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Mode, object and name of each file; names have any character but a null."""
        listing = self._git("ls-tree", "-r", "-z", "--full-tree", self._commit, check=True).stdout
        wanted = [] if "" in inside else inside
        for line in filter(None, listing.split(b"\0")):
            head, _, raw = line.partition(b"\t")
            mode, kind, blob = head.decode().split()[:3]
            name = os.fsdecode(raw)
            if kind == _BLOB and (not wanted or any(name == w or name.startswith(f"{w}/") for w in wanted)):
                yield mode, blob, name

    def _contents(self, blobs: Sequence[str]) -> Iterator[bytes]:
        done = self._git("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode(), check=True)
        place = 0
        for blob in blobs:
            line_end = done.stdout.index(b"\n", place)
            answer = done.stdout[place:line_end].split()
            if len(answer) != 3:
                raise InputError(f"git has not got {blob}, a part of {self._commit}: fetch it first")
            size = int(answer[2])
            yield done.stdout[line_end + 1 : line_end + 1 + size]
            place = line_end + 2 + size

    def _git(self, *arguments: str, stdin: bytes = b"", check: bool = False) -> "subprocess.CompletedProcess[bytes]":
        done = _run(self._root, *arguments, stdin=stdin)
        if check and done.returncode:
            raise InputError(f"git {arguments[0]} failed: {_sentence(done)}")
        return done


def _root(paths: Sequence[str]) -> str:
    """The top of the one working tree that all paths are in."""
    roots = set()
    for path in paths:
        folder = path if os.path.isdir(path) else os.path.dirname(os.path.realpath(path))
        done = _run(os.path.realpath(folder), "rev-parse", "--show-toplevel")
        if done.returncode:
            problem = _sentence(done)
            why = "it is not in a git repository" if "not a git repository" in problem else problem
            raise InputError(f"nothing is known of how {path} was: {why}")
        roots.add(os.path.realpath(os.fsdecode(done.stdout.rstrip(b"\n"))))
    if len(roots) > 1:
        raise InputError(f"--since-ref takes one repository, not {len(roots)}: {', '.join(sorted(roots))}")
    return roots.pop()


def _run(folder: str, *arguments: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    # A hook sets these for its own repository; what is asked about is the one around the files.
    environment = {key: value for key, value in os.environ.items() if key not in ("GIT_DIR", "GIT_WORK_TREE")}
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=folder,
            input=stdin,
            capture_output=True,
            check=False,
            env={**environment, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
        )
    except FileNotFoundError:
        raise InputError("--since-ref needs git, which is not installed") from None


def _sentence(done: "subprocess.CompletedProcess[bytes]") -> str:
    text = done.stderr.decode(errors="replace").strip()
    return text.partition("\n")[0].removeprefix("fatal: ") or f"exit code {done.returncode}"


def _write(folder: Path, name: str, content: bytes, *, is_link: bool) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if not is_link:
        target.write_bytes(content)
        return
    leads_to = os.path.normpath(os.path.join(target.parent, os.fsdecode(content)))
    # A link out of the tree would lead to files as they are now, or anywhere.
    if leads_to.startswith(f"{folder}{os.sep}"):
        target.symlink_to(os.fsdecode(content))
