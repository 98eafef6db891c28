"""How long pods wait for their sidecars, in the words of the kubelet."""

from typing import Any

import pytest

from meshctl.graph.kinds.workload import Pod
from meshctl.graph.startup import StartUp, start_up
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource

Object = dict[str, Any]


def at(second: int) -> str:
    return f"2026-08-20T10:{second // 60:02d}:{second % 60:02d}Z"


def running(name: str, second: int, restarts: int = 0) -> Object:
    return {"name": name, "restartCount": restarts, "state": {"running": {"startedAt": at(second)}}}


def over(name: str, begin: int, end: int) -> Object:
    return {"name": name, "state": {"terminated": {"startedAt": at(begin), "finishedAt": at(end)}}}


def found(containers: list[str], inits: list[str], statuses: list[Object], init_statuses: list[Object]) -> Any:
    """A container `istio-proxy*` is a native sidecar."""
    natives = [{"name": name.rstrip("*"), "image": "x"} for name in inits]
    for init, name in zip(natives, inits, strict=True):
        if name.endswith("*"):
            init["restartPolicy"] = "Always"
    data = {
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"containers": [{"name": name, "image": "x"} for name in containers], "initContainers": natives},
        "status": {"containerStatuses": statuses, "initContainerStatuses": init_statuses},
    }
    return start_up(Pod(Resource(ResourceId("", "", "Pod", "shop", "web"), "v1", data)))


def test_a_native_sidecar_holds_up_the_application() -> None:
    times = found(
        ["app", "helper"],
        ["istio-init", "istio-proxy*"],
        [running("app", 9), running("helper", 8)],
        [over("istio-init", 1, 3), running("istio-proxy", 4)],
    )
    assert times == StartUp(init=2, wait=4, alone=None) and times.delay == 6


def test_or_the_init_container_behind_it() -> None:
    times = found(
        ["app"],
        ["istio-proxy*", "migrate"],
        [running("app", 90)],
        [running("istio-proxy", 4), over("migrate", 6, 80)],
    )
    assert times == StartUp(init=None, wait=2, alone=None)


def test_a_sidecar_that_is_held_first_holds_up_the_application() -> None:
    times = found(["istio-proxy", "app"], [], [running("istio-proxy", 4), running("app", 7)], [])
    assert times == StartUp(init=None, wait=3, alone=None)


def test_a_sidecar_behind_the_application_leaves_it_alone() -> None:
    times = found(
        ["app", "istio-proxy"],
        ["istio-validation"],
        [running("app", 4), running("istio-proxy", 65)],
        [over("istio-validation", 1, 1)],
    )
    assert times == StartUp(init=0, wait=0, alone=61) and times.delay == 0


def test_a_sidecar_of_another_mesh() -> None:
    times = found(
        ["app"],
        ["linkerd-init", "linkerd-proxy*"],
        [running("app", 9)],
        [over("linkerd-init", 1, 3), running("linkerd-proxy", 4)],
    )
    assert times == StartUp(init=2, wait=5, alone=None)


@pytest.mark.parametrize(
    "statuses",
    [
        [running("app", 4, restarts=1), running("istio-proxy", 65)],
        [running("app", 4), running("istio-proxy", 65, restarts=2)],
        [running("app", 4)],
    ],
    ids=["application restarted", "proxy restarted", "proxy not started"],
)
def test_what_started_again_tells_nothing(statuses: list[Object]) -> None:
    assert found(["app", "istio-proxy"], [], statuses, []) is None


def test_times_that_are_none_or_run_backwards_tell_nothing() -> None:
    odd = {"name": "app", "state": {"running": {"startedAt": "yesterday"}}}
    assert found(["istio-proxy", "app"], [], [running("istio-proxy", 4), odd], []) is None
    times = found(["istio-proxy", "app"], ["istio-init"], [running("istio-proxy", 8), running("app", 4)], [])
    assert times is None


def test_a_pod_without_sidecar_has_no_time_for_it() -> None:
    assert found(["app"], ["istio-init"], [running("app", 4)], [over("istio-init", 1, 3)]) is None
