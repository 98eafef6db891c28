"""`meshctl analyze` as users see it: the text, the files it writes, and how little it loads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import BOOKSHOP, meshctl

BROKEN = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports: [{name: http, port: 8080}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec:
  hosts: [reviews]
  http:
  - route:
    - destination:
        host: reviewz
"""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(BROKEN)
    return tmp_path


def test_a_finding_on_the_terminal(broken: Path) -> None:
    done = meshctl("analyze", "shop.yaml", cwd=broken)
    assert done.code == 1
    assert done.err == ""
    assert done.out == (
        "error IST0101 virtualservice-destination-host-not-found\n"
        "  VirtualService shop/reviews\n"
        "  shop.yaml:20:15\n"
        "  20 │         host: reviewz\n"
        "     │               ^^^^^^^\n"
        "  Host reviewz does not exist as a Service or ServiceEntry: requests that take\n"
        "  this route get a 503.\n"
        "  fix: Did you mean reviews?\n"
        "\n"
        "Found 1 error in 3 resources of 1 file.\n"
        "What a code means: meshctl explain IST0101\n"
    )


def test_a_clean_run_is_one_line(broken: Path) -> None:
    (broken / "shop.yaml").write_text(BROKEN.replace("reviewz", "reviews"))
    done = meshctl("analyze", ".", cwd=broken)
    assert (done.code, done.out, done.err) == (0, "No problems in 3 resources of 1 file.\n", "")


def test_several_formats_at_once(broken: Path) -> None:
    done = meshctl("analyze", "shop.yaml", "-o", "concise", "-o", "json=a.json", "-o", "human=a.txt", cwd=broken)
    assert done.code == 1
    assert done.out.startswith(
        "shop.yaml:20:15: error IST0101 VirtualService shop/reviews: Host reviewz does not exist"
    )
    assert [f["location"]["startLine"] for f in json.loads((broken / "a.json").read_text())["findings"]] == [20]
    assert "  20 │         host: reviewz\n" in (broken / "a.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("format_name", ["human", "concise", "json"])
def test_the_exit_code_is_the_same_in_every_format(broken: Path, format_name: str) -> None:
    codes = [
        meshctl("analyze", "shop.yaml", "-o", format_name, *flags, cwd=broken).code
        for flags in ([], ["--fail-on", "never"], ["--ignore", "IST0101"])
    ]
    (broken / "bad.yaml").write_text("a: b: c\n")
    codes += [meshctl("analyze", ".", "-o", format_name, cwd=broken).code]
    assert codes == [1, 0, 0, 3]


def test_what_was_not_read_is_said(broken: Path) -> None:
    (broken / "bad.yaml").write_text("kind: Service\nmetadata: {name: [a}\n")
    assert "\nNot read: 1 input\n  ./bad.yaml:2: A `[` is not closed: " in meshctl("analyze", ".", cwd=broken).out
    lines = meshctl("analyze", ".", "-o", "concise", cwd=broken).out.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["./bad.yaml:2:18:", "./shop.yaml:20:15:"]


def test_suppressed_findings_are_counted(broken: Path) -> None:
    annotated = BROKEN.replace(
        "{name: reviews, namespace: shop}\nspec:\n  hosts",
        '{name: reviews, namespace: shop, annotations: {ignore.meshctl.dev/IST0101: "soon"}}\nspec:\n  hosts',
    )
    (broken / "shop.yaml").write_text(annotated)
    assert meshctl("analyze", ".", cwd=broken).out == "No problems in 3 resources of 1 file (1 suppressed).\n"


def imported(*arguments: str) -> set[str]:
    """The top-level modules that a command loads."""
    code = (
        "import sys\nfrom meshctl.__main__ import main\nsys.argv = ['meshctl', *sys.argv[1:]]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('\\nMODULES', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.rpartition("MODULES ")[2].split()}


CLIENTS = {"networkx", "rich", "kubernetes", "requests", "pydantic"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["analyze", "--help"], ["graph", "--help"]])
def test_help_loads_no_library_and_no_check(arguments: list[str]) -> None:
    loaded = imported(*arguments)
    assert "typer" in loaded
    assert not loaded & (CLIENTS | {"yaml", "meshctl_analyzers"})


def test_an_analysis_of_files_loads_no_client(broken: Path) -> None:
    loaded = imported("analyze", str(broken / "shop.yaml"), "--no-config")
    assert {"yaml", "meshctl_analyzers"} <= loaded
    assert not loaded & CLIENTS


def test_the_list_of_checks_reads_no_input() -> None:
    assert not imported("codes") & CLIENTS


def test_the_same_bytes_twice() -> None:
    assert meshctl("analyze", BOOKSHOP, "-o", "json").out == meshctl("analyze", BOOKSHOP, "-o", "json").out


def test_checks_are_chosen_with_commas_too() -> None:
    def codes(*chosen: str) -> set[str]:
        report = json.loads(meshctl("analyze", BOOKSHOP, "-o", "json", "--no-config", *chosen).out)
        return {finding["code"] for finding in report["findings"]}

    chosen = codes("--select", "MSH410,MSH403", "--select", "IST0101")
    assert chosen == {"MSH410", "MSH403", "IST0101"}
    assert codes("--select", "MSH410,MSH403", "--ignore", "MSH410,IST0101") == {"MSH403"}
