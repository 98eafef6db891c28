"""The cache changes nothing but the time: hits, damage, bounds, parallel runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from meshctl.sources.cache import DocumentCache, default_cache_folder
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot

BROKEN = "---\na: 'x\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: dup}\nspec: {a: 1, a: 2}\n"


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    """Two files, together large enough to be worth caching."""
    folder = tmp_path / "mesh"
    folder.mkdir()
    for name in ("a", "b"):
        documents = (
            f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}-{i}}}\ndata: {{text: {'é' * 200}}}\n"
            for i in range(100)
        )
        (folder / f"{name}.yaml").write_text("---\n".join(documents) + BROKEN)
    return folder


@pytest.fixture
def cache_folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def facts(snapshot: Snapshot) -> tuple[object, ...]:
    resources = [(r.id, r.version, r.data, r.locate(("metadata", "name"))) for r in snapshot.resources]
    return resources, snapshot.problems, snapshot.unread, snapshot.inputs, snapshot.files


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_a_second_run_gives_the_same(mesh: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = facts(read_files([str(mesh)]))
    assert facts(read_files([str(mesh)], cache=DocumentCache(cache_folder))) == without
    assert len(entries(cache_folder)) == 2

    def parsed(*_: object, **__: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr("meshctl.sources.reading.parse", parsed)
    assert facts(read_files([str(mesh)], cache=DocumentCache(cache_folder))) == without


def test_a_changed_file_is_read_again(mesh: Path, cache_folder: Path) -> None:
    read_files([str(mesh)], cache=DocumentCache(cache_folder))
    (mesh / "a.yaml").write_text((mesh / "a.yaml").read_text().replace("a-7}", "changed}"))
    snapshot = read_files([str(mesh)], cache=DocumentCache(cache_folder))
    assert "changed" in {resource.id.name for resource in snapshot.resources}
    assert len(entries(cache_folder)) == 3


@pytest.mark.parametrize("damage", [b"", b"x", b"\x93" * 40, None])
def test_a_damaged_entry_is_a_miss_and_is_written_again(mesh: Path, cache_folder: Path, damage: bytes | None) -> None:
    without = facts(read_files([str(mesh)], cache=DocumentCache(cache_folder)))
    before = {path: path.read_bytes() for path in entries(cache_folder)}
    for path, content in before.items():
        path.write_bytes(content[: len(content) // 2] if damage is None else damage)
    assert facts(read_files([str(mesh)], cache=DocumentCache(cache_folder))) == without
    assert {path: path.read_bytes() for path in entries(cache_folder)} == before


def test_an_entry_with_a_right_sum_and_wrong_content_is_a_miss(mesh: Path, cache_folder: Path) -> None:
    import msgspec

    without = facts(read_files([str(mesh)], cache=DocumentCache(cache_folder)))
    for path in entries(cache_folder):
        for wrong in ({"a": 1}, [1], [[1, 2]], [["a", 1, 1, {}, [], None, 0, []]], [[0, 1, 1, {}, [[1]], None, 0, []]]):
            DocumentCache(cache_folder).put(path.stem, msgspec.msgpack.encode(wrong))
            assert facts(read_files([str(mesh)], cache=DocumentCache(cache_folder))) == without


def test_an_unusable_folder_is_no_cache(mesh: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        assert facts(read_files([str(mesh)], cache=DocumentCache(folder))) == facts(read_files([str(mesh)]))


def test_the_oldest_entries_go_first(tmp_path: Path) -> None:
    cache = DocumentCache(tmp_path, max_bytes=250)
    for index, key in enumerate(("old", "middle", "new")):
        cache.put(key, b"x" * 84)
        os.utime(tmp_path / f"{key}.docs", (index, index))
    (tmp_path / "somebody-elses").write_bytes(b"y" * 1000)
    cache.trim()
    assert [path.name for path in entries(tmp_path)] == ["middle.docs", "new.docs", "somebody-elses"]


def test_what_an_interrupted_run_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "new-abc").write_bytes(b"half")
    os.utime(tmp_path / "new-abc", (0, 0))
    cache = DocumentCache(tmp_path)
    cache.put("key", b"whole")
    cache.trim()
    assert [path.name for path in entries(tmp_path)] == ["key.docs"]


def test_half_a_surrogate_pair_is_read_and_not_kept(tmp_path: Path, cache_folder: Path) -> None:
    text = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "x": "\\ud800", "y": "%s"}' % ("y" * 40_000)
    (tmp_path / "a.json").write_text(text)
    for _ in range(2):
        (resource,) = read_files([str(tmp_path / "a.json")], cache=DocumentCache(cache_folder)).resources
        assert resource.data["x"] == "\ud800"


def test_parallel_runs_share_a_folder(mesh: Path, cache_folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from meshctl.sources.cache import DocumentCache; from meshctl.sources.files import read_files\n"
        "for _ in range(5):\n"
        "    cache = DocumentCache(Path(sys.argv[2]), max_bytes=60_000)\n"
        "    print(len(read_files([sys.argv[1]], cache=cache).resources))\n"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", program, str(mesh), str(cache_folder)], stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert {run.communicate()[0] for run in runs} == {b"201\n" * 5}
    assert not [path for path in entries(cache_folder) if path.suffix != ".docs"]


def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESHCTL_CACHE_DIR", "/own")
    assert default_cache_folder() == Path("/own")
    monkeypatch.delenv("MESHCTL_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert default_cache_folder() == Path("/xdg/meshctl")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert default_cache_folder() == Path("/home/me/.cache/meshctl")
