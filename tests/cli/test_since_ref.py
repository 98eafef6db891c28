"""`analyze --since-ref`: what has come or was changed since a git revision, wherever it stands."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import Done
from tests.cli.command import inside as meshctl

NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
"""


def virtual_service(name: str, *hosts: str) -> str:
    routes = "".join(
        f"  - match: [{{uri: {{prefix: /{host}}}}}]\n    route:\n    - destination:\n        host: {host}\n"
        for host in hosts
    )
    return f"""\
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: {name}, namespace: shop}}
spec:
  hosts: [{name}.example.com]
  http:
{routes}"""


def git(folder: Path, *arguments: str) -> None:
    config = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(["git", *config, *arguments], cwd=folder, check=True, capture_output=True, env=environment)


def commit(folder: Path, message: str = "x") -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one fault in a folder with an odd name."""
    root = tmp_path / "repo"
    (root / "läden und mehr").mkdir(parents=True)
    (root / "läden und mehr" / "a.yaml").write_text(NAMESPACE + virtual_service("a", "gone"))
    (root / "values.txt").write_text("not read")
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def found(folder: Path, *arguments: str, ref: str = "HEAD") -> list[str]:
    """File, line and code of each finding."""
    done = meshctl("analyze", "-o", "concise", "--since-ref", ref, *(arguments or (".",)), cwd=folder)
    assert done.err == "" and done.code in (0, 1)
    lines = [line.split(" ") for line in done.out.splitlines()]
    return [f"{line[0].rsplit(':', 2)[0]}:{line[0].rsplit(':', 2)[1]} {line[2]}" for line in lines]


def analyze(folder: Path, *arguments: str) -> Done:
    return meshctl("analyze", "--no-config", *arguments, cwd=folder)


def in_files(folder: Path, *arguments: str, ref: str = "HEAD") -> list[tuple[str, str]]:
    done = analyze(folder, "-o", "json", "--since-ref", ref, *(arguments or (".",)))
    document = json.loads(done.out)
    return [(f["location"]["file"], f["path"]) for f in document["findings"]]


SHOP = "./läden und mehr/a.yaml"


def test_nothing_was_changed(repository: Path) -> None:
    done = analyze(repository, ".", "--since-ref", "HEAD")
    assert (done.code, done.out) == (0, "No problems in 2 resources of 1 file.\n")
    assert analyze(repository, ".").code == 1


def test_comments_moved_lines_and_renamed_files_are_no_changes(repository: Path) -> None:
    text = (repository / SHOP).read_text()
    (repository / SHOP).unlink()
    (repository / "renamed.yaml").write_text("# moved\n\n" + text.replace("host: gone", "host:   gone  # still"))
    assert in_files(repository) == []
    git(repository, "add", "-A")
    assert in_files(repository) == []


def test_a_new_fault_beside_an_old_one(repository: Path) -> None:
    (repository / SHOP).write_text(NAMESPACE + virtual_service("a", "lost", "gone"))
    assert in_files(repository) == [(SHOP, "spec.http[0].route[0].destination.host")]


def test_a_second_equal_fault_above_the_old_one(repository: Path) -> None:
    text = (repository / SHOP).read_text()
    route = "  - match: [{uri: {prefix: /more}}]\n    route: [{destination: {host: gone}}]\n"
    (repository / SHOP).write_text(text.replace("  http:\n", "  http:\n" + route))
    assert in_files(repository) == [(SHOP, "spec.http[0].route[0].destination.host")]


def test_a_fault_in_an_untracked_file_and_in_a_staged_one(repository: Path) -> None:
    (repository / "new file.yaml").write_text(virtual_service("b", "gone"))
    (repository / "staged.yaml").write_text(virtual_service("c", "gone"))
    git(repository, "add", "staged.yaml")
    assert [file for file, _ in in_files(repository)] == ["./new file.yaml", "./staged.yaml"]


def test_a_fault_that_was_caused_elsewhere(repository: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: gone, namespace: shop}\nspec: {clusterIP: None}\n"
    (repository / "service.yaml").write_text(service)
    commit(repository)
    (repository / "service.yaml").unlink()
    assert in_files(repository) == [(SHOP, "spec.http[0].route[0].destination.host")]


def test_a_known_fault_whose_field_was_changed(repository: Path) -> None:
    (repository / "b.yaml").write_text(
        virtual_service("b", "here").replace("example.com]", "example.com, ok]\n  htp: 1")
    )
    commit(repository)
    text = (repository / "b.yaml").read_text()
    (repository / "b.yaml").write_text(text.replace("htp: 1", "htp: 2"))
    assert ("./b.yaml", "spec.htp") in in_files(repository)


def test_from_a_folder_below_and_for_a_path_elsewhere(repository: Path) -> None:
    (repository / "sub").mkdir()
    (repository / "sub" / "b.yaml").write_text(virtual_service("b", "gone"))
    assert [file for file, _ in in_files(repository / "sub", ".", "../läden und mehr")] == ["./b.yaml"]
    assert in_files(repository, "läden und mehr/a.yaml") == []


def test_a_path_that_was_not_there(repository: Path) -> None:
    (repository / "new").mkdir()
    (repository / "new" / "b.yaml").write_text(NAMESPACE + virtual_service("b", "gone"))
    assert [file for file, _ in in_files(repository, "new")] == ["new/b.yaml"]


def test_an_earlier_revision_and_a_worktree(repository: Path) -> None:
    git(repository, "tag", "v1")
    (repository / "b.yaml").write_text(virtual_service("b", "gone"))
    commit(repository)
    git(repository, "worktree", "add", "-q", "../other", "HEAD")
    for folder in (repository, repository.parent / "other"):
        assert in_files(folder, ref="HEAD") == []
        assert [file for file, _ in in_files(folder, ref="v1")] == ["./b.yaml"]


def test_submodules_are_left_out(repository: Path) -> None:
    git(repository, "init", "-q", "../module")
    (repository.parent / "module" / "m.yaml").write_text(virtual_service("m", "gone"))
    commit(repository.parent / "module")
    git(repository, "submodule", "add", "-q", "../module", "module")
    commit(repository)
    assert [file for file, _ in in_files(repository)] == ["./module/m.yaml"]


def test_links_and_excluded_files(repository: Path) -> None:
    (repository / "link.yaml").symlink_to(SHOP)
    (repository / "away.yaml").symlink_to("/etc/hostname")
    (repository / ".meshctl.yaml").write_text('exclude: ["vendor/**", away.yaml]\n')
    (repository / "vendor").mkdir()
    (repository / "vendor" / "v.yaml").write_text("a: [")
    commit(repository)
    assert found(repository) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((".", "--since-ref", "nothing"), "there is no revision nothing in the git repository "),
        ((".", "--since-ref=--all"), "there is no revision --all in the git repository "),
        (("-", "--since-ref", "HEAD"), "what comes from stdin has no past"),
        (("..", "--since-ref", "HEAD"), "nothing is known of how .. was: it is not in a git repository"),
        (("--helm", "chart", "--since-ref", "HEAD"), "no cluster, and no chart"),
    ],
)
def test_what_cannot_be_compared(repository: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = analyze(repository, *arguments)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err


def test_a_shallow_clone_says_what_to_fetch(repository: Path) -> None:
    git(repository, "tag", "v1")
    (repository / "b.yaml").write_text(virtual_service("b", "gone"))
    commit(repository)
    git(repository.parent, "clone", "-q", "--depth=1", "--no-tags", f"file://{repository}", "shallow")
    done = analyze(repository.parent / "shallow", ".", "--since-ref", "v1")
    assert done.code == 2
    assert "v1 is not in this shallow clone: fetch it first, as with `git fetch --depth=1 origin v1`" in done.err
    assert in_files(repository.parent / "shallow", ref="HEAD") == []


def test_in_a_hook_of_another_repository(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository.parent / "elsewhere"))
    assert in_files(repository) == []


def test_the_checkout_is_not_touched(repository: Path) -> None:
    (repository / SHOP).write_text(NAMESPACE)
    before = {file: file.read_bytes() for file in repository.rglob("*") if file.is_file()}
    assert in_files(repository) == []
    assert {file: file.read_bytes() for file in repository.rglob("*") if file.is_file()} == before
