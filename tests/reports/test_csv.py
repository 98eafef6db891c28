"""Rows for spreadsheets: one header whatever there is to tell, every value in its column, and no formulas."""

import csv
from typing import Any

from meshctl.model.result import Exit, Failure, Result, Unread
from meshctl.reports.formats import Style, render

RESOURCE = {"cluster": "", "group": "apps", "version": "v1", "kind": "Deployment", "namespace": "shop", "name": "web"}


def rows(result: Result) -> list[dict[str, Any]]:
    return list(csv.DictReader(render(result, "csv", Style()).splitlines()))


def test_the_header_does_not_depend_on_the_rows() -> None:
    none = render(Result(tables={"rollout": [], "ifLabeled": []}), "csv", Style())
    assert none == (
        "table,order,resource.cluster,resource.group,resource.version,resource.kind,resource.namespace,resource.name,"
        "why,step,pods,cpuRequest,memoryRequest,cluster,namespace,workloads,unread.what,unread.why\n"
    )
    step = {"order": 1, "resource": RESOURCE, "why": "x, y", "step": "z", "pods": 2, "cpuRequest": 200}
    some = render(Result(tables={"rollout": [step], "ifLabeled": []}), "csv", Style())
    assert some.splitlines() == [none.strip(), 'rollout,1,,apps,v1,Deployment,shop,web,"x, y",z,2,200,,,,,,']


def test_values_keep_their_columns() -> None:
    row = {"resource": RESOURCE, "expected": True, "actual": None, "webhooks": ["a/b", "c/d"], "pods": {"total": 3}}
    (found,) = rows(Result(tables={"workloads": [row]}))
    assert {name: text for name, text in found.items() if text} == {
        "table": "workloads",
        "resource.group": "apps",
        "resource.version": "v1",
        "resource.kind": "Deployment",
        "resource.namespace": "shop",
        "resource.name": "web",
        "expected": "true",
        "webhooks": "a/b; c/d",
        "pods.total": "3",
    }


def test_a_column_of_another_table_stays_empty() -> None:
    workload = {"resource": RESOURCE, "pods": {"total": 3, "withProxy": 1}}
    found = rows(Result(tables={"workloads": [workload], "ifLabeled": [{"namespace": "shop", "pods": 2}]}))
    assert [(row["pods.total"], row["pods"]) for row in found] == [("3", ""), ("", "2")]


def test_what_may_be_anything_is_json() -> None:
    (found,) = rows(Result(tables={"drift": [{"desired": {"weight": 1}, "sent": -2, "running": [{"a": 1}]}]}))
    assert (found["desired"], found["sent"], found["running"]) == ('{"weight": 1}', "-2", '[{"a": 1}]')


def test_no_text_becomes_a_formula_or_leaves_its_line() -> None:
    result = Result(tables={"ifLabeled": [{"namespace": "=HYPERLINK(1)", "cluster": "a\nb\x1b[2J", "pods": -1}]})
    (found,) = rows(result)
    assert (found["namespace"], found["cluster"], found["pods"]) == ("'=HYPERLINK(1)", "a b\\x1b[2J", "-1")


def test_a_table_that_is_not_published_has_the_columns_of_its_rows() -> None:
    found = rows(Result(tables={"gadgets": [{"a": 1}, {"b": {"c": 2}}]}))
    assert [(row["a"], row["b.c"]) for row in found] == [("1", ""), ("", "2")]


def test_what_was_not_read_is_told() -> None:
    (found,) = rows(Result(unread=[Unread("pods in shop", "forbidden")]))
    assert (found["table"], found["unread.what"], found["unread.why"]) == ("unread", "pods in shop", "forbidden")
    (found,) = rows(Result(failure=Failure("no such file: x", Exit.USAGE)))
    assert (found["unread.what"], found["unread.why"]) == ("everything", "no such file: x")
