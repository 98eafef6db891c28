"""Single values: which texts are names, durations, patterns, header values and path templates."""

from typing import Any

import pytest

from meshctl.graph.validation.durations import duration, whole_seconds
from meshctl.graph.validation.fault import Fault, remembering
from meshctl.graph.validation.gatewayhosts import namespaced_host
from meshctl.graph.validation.headers import operations
from meshctl.graph.validation.hosts import export_to
from meshctl.graph.validation.labels import label_set
from meshctl.graph.validation.names import is_fqdn, is_ip, is_label, is_subnet, is_wildcard_domain
from meshctl.graph.validation.pathtemplates import path_template
from meshctl.graph.validation.regexes import regex


@pytest.mark.parametrize(
    ("is_one", "good", "bad"),
    [
        (is_label, ["a", "A-1", "a" * 63], ["", "-a", "a-", "a_b", "a.b", "a" * 64, "a\n"]),
        (is_fqdn, ["a", "a.b.", "1.a", "xn--a.example"], ["", "*.a", "a..b", "10.0.0.1", "a." * 128 + "a", "."]),
        (is_wildcard_domain, ["*", "*.a", "*-a.b", "a", "1"], ["", "a.*", "**.a", "*.*.a", "a.1", "-a.b"]),
        (is_ip, ["10.0.0.1", "::1", "2001:db8::"], ["", "10.0.0", "10.0.0.256", "a", "1::2::3"]),
        (is_subnet, ["10.0.0.1", "10.0.0.7/8", "::/0"], ["10.0.0.0/33", "10.0.0.0/", "a/8", "::/129"]),
    ],
)
def test_names(is_one: Any, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not is_one(text)] == []
    assert [text for text in bad if is_one(text)] == []


@pytest.mark.parametrize("text", ["1ms", "1s", "1.5s", "1m30s", "2h", "1000000ns", ".5s", "+1s"])
def test_durations(text: str) -> None:
    assert list(duration(text, ())) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0s", "too short"),
        ("999us", "too short"),
        ("-1s", "too short"),
        ("1.0005s", "no whole number of milliseconds"),
        ("5", "no duration"),
        ("1d", "no duration"),
        ("1 s", "no duration"),
        ("", "no duration"),
    ],
)
def test_no_durations(text: str, why: str) -> None:
    (fault,) = duration(text, ("timeout",))
    assert why in fault.message


def test_zero_and_whole_seconds() -> None:
    assert list(duration("0s", (), zero=True)) == []
    assert list(whole_seconds("90m", ())) == []
    assert [f.fix for f in whole_seconds("1500ms", ())] == ["Round it to seconds."]
    assert list(duration(5, ())) == [], "wrong types are not said here"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("plain", True),
        ("100%%", True),
        ("%REQ(x-id)%", True),
        ("%START_TIME(%Y-%m-%d)%", True),
        ("%REQ(x?y):8%", True),
        ("100%", False),
        ("%REQ(x", False),
        ("a\nb", False),
        ("a\tb", True),
    ],
)
def test_header_values(text: str, good: bool) -> None:
    assert (not list(operations({"request": {"set": {"x-a": text}}}, ()))) is good


@pytest.mark.parametrize(
    ("operation", "name", "good"),
    [
        (("request", "set"), ":authority", True),
        (("request", "add"), "Host", True),
        (("request", "set"), ":path", False),
        (("response", "set"), "host", False),
        (("response", "add"), "x-a", True),
        (("request", "set"), "x a", False),
    ],
)
def test_header_names(operation: tuple[str, str], name: str, good: bool) -> None:
    side, what = operation
    assert (not list(operations({side: {what: {name: "v"}}}, ()))) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("/a/*", True),
        ("/{*}/b", True),
        ("/a/{**}", True),
        ("/{**}/b", True),
        ("/{**}/{*}", False),
        ("/a{*}", False),
        ("/{id}", False),
        ("/{*}/b*", False),
        ("/{*}/%20", True),
    ],
)
def test_path_templates(text: str, good: bool) -> None:
    assert (not list(path_template(text, ()))) is good


@pytest.mark.parametrize(
    ("scopes", "bad"),
    [
        ([], []),
        (["."], []),
        (["*"], []),
        (["shop", "other"], []),
        (["shop", "."], [1]),
        (["*", "shop"], [0]),
        (["~"], [0]),
        (["a/b"], [0]),
    ],
)
def test_export_to(scopes: list[str], bad: list[int]) -> None:
    assert [fault.path[-1] for fault in export_to(scopes, ("exportTo",), "shop")] == bad


@pytest.mark.parametrize(
    ("host", "good"),
    [
        ("a.b", True),
        ("*", True),
        ("*.b", True),
        ("./a.b", True),
        ("*/*", True),
        ("ns/10.0.0.1", True),
        ("a", False),
        ("*a.b", False),
        ("ns/", False),
        ("/a.b", False),
        ("n_s/a.b", False),
    ],
)
def test_hosts_with_namespace(host: str, good: bool) -> None:
    assert (not list(namespaced_host(host, (), addresses=True))) is good


def test_labels_name_the_key() -> None:
    faults = label_set({"a.com/b": "ok", "a b": "ok", "c": "x y", "/d": ""}, ("labels",))
    assert [fault.path for fault in faults] == [("labels", "a b"), ("labels", "c"), ("labels", "/d")]


def test_patterns_are_those_of_re2() -> None:
    assert list(regex("^/v[0-9]+(/.*)?$", ())) == []
    assert [len(list(regex(pattern, ()))) for pattern in ("(", "(?=a)", "(a)\\1", "", "a" * 1025)] == [1] * 5


def test_a_remembering_rule_forgets_nothing_bad() -> None:
    calls = []

    def rule(value: Any, path: Any) -> Any:
        calls.append(value)
        if value["n"] is True:
            yield Fault(path, "bad")

    remember = remembering(rule)
    for _ in range(2):
        assert list(remember({"n": 1}, ("a",))) == []
        assert [fault.path for fault in remember({"n": True}, ("b",))] == [("b",)]
    assert calls == [{"n": 1}, {"n": True}, {"n": True}], (
        "1 and true are different, and only good values are remembered"
    )
