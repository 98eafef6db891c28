"""A file is replaced at once, or stays as it is."""

import os
from pathlib import Path

import pytest

from meshctl.sources.writing import replace_file


def test_the_content_is_new_and_the_permissions_are_not(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"old")
    file.chmod(0o604)
    replace_file(str(file), b"new")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o604)
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_file_has_the_permissions_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    replace_file(str(tmp_path / "new"), b"x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_after_a_failure_the_old_one_is_there_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        replace_file(str(file), b"new")
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]
