"""`analyze --fix`: the patch, and the files after `--write`."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import inside as meshctl

BROKEN = """\
# A shop.
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: "True"}}   # on
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews.example.com
  traffic_policy:            # balance
    loadBalancer:
      simple: round_robin    # in turn
    tls: {mode: 'simple'}
"""
FIXED = (
    BROKEN.replace('"True"', '"enabled"')
    .replace("traffic_policy:", "trafficPolicy:")
    .replace("round_robin", "ROUND_ROBIN")
    .replace("'simple'", "'SIMPLE'")
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(BROKEN)
    return tmp_path


def codes(folder: Path, *arguments: str) -> set[str]:
    document = json.loads(meshctl("analyze", "-o", "json", *arguments, cwd=folder).out)
    return {finding["code"] for finding in document["findings"]}


def fix_all(folder: Path) -> int:
    """Run until nothing is fixed any more; the number of runs that changed something."""
    for runs in range(9):
        if "fixed" not in meshctl("analyze", "--fix", "--write", ".", cwd=folder).err:
            return runs
    raise AssertionError("fixing never ends")


def test_the_patch_is_printed_and_nothing_is_changed(folder: Path) -> None:
    done = meshctl("analyze", "--fix", "./shop.yaml", cwd=folder)
    assert (folder / "shop.yaml").read_text() == BROKEN
    assert done.out.startswith("--- a/shop.yaml\n+++ b/shop.yaml\n@@ -1,14 +1,14 @@\n # A shop.\n")
    assert '-metadata: {name: shop, labels: {istio-injection: "True"}}   # on\n' in done.out
    assert '+metadata: {name: shop, labels: {istio-injection: "enabled"}}   # on\n' in done.out
    assert "findings can be fixed in ./shop.yaml: --write does it\n" in done.err


def test_git_applies_the_patch(folder: Path) -> None:
    patch = meshctl("analyze", "--fix", "shop.yaml", cwd=folder).out
    subprocess.run(["git", "apply", "-"], cwd=folder, input=patch.encode(), check=True)
    applied = (folder / "shop.yaml").read_text()
    (folder / "shop.yaml").write_text(BROKEN)
    meshctl("analyze", "--fix", "--write", "shop.yaml", cwd=folder)
    assert (folder / "shop.yaml").read_text() == applied


def test_written_fixes_keep_comments_and_layout_and_the_findings_are_gone(folder: Path) -> None:
    before = codes(folder, ".")
    (folder / "shop.yaml").chmod(0o640)
    assert fix_all(folder) >= 1
    assert (folder / "shop.yaml").read_text() == FIXED
    assert (folder / "shop.yaml").stat().st_mode & 0o777 == 0o640
    assert {"MSH112", "MSH405"} <= before
    assert codes(folder, ".").isdisjoint({"MSH112", "MSH405", "MSH407"})
    assert [file.name for file in folder.iterdir()] == ["shop.yaml"]


def test_the_report_after_writing_is_of_what_is_left(folder: Path) -> None:
    fix_all(folder)
    (folder / "shop.yaml").write_text(FIXED.replace("trafficPolicy", "traffic_policy"))
    done = meshctl("analyze", "--fix", "--write", "-o", "json", ".", cwd=folder)
    assert done.err == "fixed 1 finding in ./shop.yaml\n"
    assert "MSH405" not in {finding["code"] for finding in json.loads(done.out)["findings"]}


def test_a_link_stays_one(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "shop.yaml").rename(folder / "real" / "shop.yml")
    (folder / "shop.yaml").symlink_to("real/shop.yml")
    meshctl("analyze", "--fix", "--write", "shop.yaml", cwd=folder)
    assert (folder / "shop.yaml").is_symlink()
    assert "enabled" in (folder / "real" / "shop.yml").read_text()


def test_what_is_suppressed_or_known_is_not_fixed(folder: Path) -> None:
    meshctl("baseline", "write", "-f", "shop.yaml", cwd=folder)
    done = meshctl("analyze", "--fix", "shop.yaml", "--baseline", ".meshctl-baseline.json", cwd=folder)
    assert (done.code, done.out, done.err) == (0, "", "none of 0 findings can be fixed without a doubt\n")


def test_stdin_is_never_written(folder: Path) -> None:
    done = meshctl("analyze", "--fix", "--write", "-", cwd=folder, stdin=BROKEN)
    assert "fixed" not in done.err and "MSH112" in done.out
    assert [file.name for file in folder.iterdir()] == ["shop.yaml"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--write", "shop.yaml"), "--write belongs to --fix"),
        (("--fix",), "--fix takes the files that it may change"),
        (("--fix", "-o", "concise", "shop.yaml"), "--fix prints its patch: give the report a file"),
    ],
)
def test_what_does_not_go_together(folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = meshctl("analyze", *arguments, cwd=folder)
    assert (done.code, done.out) == (2, "") and sentence in done.err


def test_the_report_beside_the_patch_goes_to_a_file(folder: Path) -> None:
    done = meshctl("analyze", "--fix", "-o", "json=out.json", "shop.yaml", cwd=folder)
    assert done.out.startswith("--- a/shop.yaml\n")
    assert "MSH112" in {f["code"] for f in json.loads((folder / "out.json").read_text())["findings"]}
