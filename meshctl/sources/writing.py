"""Putting new content into a file: at once, or not at all."""

import os
import tempfile
from contextlib import suppress


def replace_file(name: str, content: bytes) -> None:
    """Put content in place of that of a file, which keeps its permissions. A link stays one. Raises OSError."""
    target = os.path.realpath(name)
    try:
        mode = os.stat(target).st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".meshctl-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
