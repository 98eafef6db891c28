"""What runs a fleet in Kubernetes: pods that may do nothing there, programs that take what they are given."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from meshctl.cli.fleet import fleet
from meshctl.config.load import read
from meshctl.sources.files import read_files
from tests.cli.command import ROOT
from tests.test_integrations import options_of

FLEET = ROOT / "integrations/kubernetes/fleet"
OBJECTS: list[Any] = [dict(resource.data) for resource in read_files([str(FLEET)]).resources]
# The namespace comes with the other manifests.
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def of_kind(kind: str) -> dict[str, Any]:
    return {each["metadata"]["name"]: each for each in OBJECTS if each["kind"] == kind}


def pods() -> Iterator[Any]:
    for owner in (*of_kind("Job").values(), *of_kind("Deployment").values()):
        yield pytest.param(owner["spec"]["template"], id=owner["metadata"]["name"])


def given(container: Any) -> dict[str, str]:
    return dict(argument.partition("=")[::2] for argument in container["args"] if argument.startswith("--"))


@pytest.mark.parametrize("pod", list(pods()))
def test_a_pod_may_do_nothing_here(pod: Any) -> None:
    spec = pod["spec"]
    account = of_kind("ServiceAccount")[spec["serviceAccountName"]]
    assert account["automountServiceAccountToken"] is False is spec["automountServiceAccountToken"]
    (container,) = spec["containers"]
    assert container["securityContext"] == RESTRICTED and "memory" in container["resources"]["limits"]
    assert not {"RoleBinding", "ClusterRoleBinding", "Role", "ClusterRole"} & {each["kind"] for each in OBJECTS}


@pytest.mark.parametrize("pod", list(pods()))
def test_what_a_pod_mounts_is_there(pod: Any) -> None:
    volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    (container,) = pod["spec"]["containers"]
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    assert mounts.keys() == volumes.keys()
    for volume in volumes.values():
        if "configMap" in volume:
            assert mounts[volume["name"]]["subPath"] in of_kind("ConfigMap")[volume["configMap"]["name"]]["data"]
        if "persistentVolumeClaim" in volume:
            assert volume["persistentVolumeClaim"]["claimName"] in of_kind("PersistentVolumeClaim")
        if "secret" in volume:
            # Only who reads clusters has what opens them.
            assert pod["spec"]["serviceAccountName"] == "meshctl-fleet"
            assert mounts[volume["name"]]["readOnly"] and pod["spec"]["securityContext"] == {"fsGroup": 65532}


@pytest.mark.parametrize("name", of_kind("Job"))
def test_the_command_takes_what_it_is_given(name: str) -> None:
    spec = of_kind("Job")[name]["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    assert container["args"][0] == fleet.__name__
    assert set(given(container)) <= options_of("fleet")
    if spec.get("completionMode") == "Indexed":
        assert given(container)["--part"] == f"$(JOB_COMPLETION_INDEX)/{spec['completions']}"
        assert spec["parallelism"] <= spec["completions"] and {"--resume", "--state"} <= given(container).keys()


@pytest.mark.parametrize("name", of_kind("ConfigMap"))
def test_the_configuration_is_one(tmp_path: Path, name: str) -> None:
    file = tmp_path / "meshctl.yaml"
    file.write_text(of_kind("ConfigMap")[name]["data"]["meshctl.yaml"])
    found = read(str(file))
    assert len(found.fleet) == 2 and all(each.context and each.labels["env"] for each in found.fleet)
    kubeconfigs = {each.kubeconfig for each in found.fleet}
    # As seen from the file, or where the workers have it.
    assert kubeconfigs in ({str(tmp_path / "kubeconfig/config")}, {"/etc/meshctl/kubeconfig/config"})


@pytest.mark.parametrize("name", of_kind("Deployment"))
def test_dask_takes_what_it_is_given(name: str) -> None:
    pytest.importorskip("distributed", reason="needs dask[distributed]")
    (container,) = of_kind("Deployment")[name]["spec"]["template"]["spec"]["containers"]
    _, m, module = container["command"]
    command = [sys.executable, m, module, "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for option in given(container):
        assert option in told or f"{option.replace('--no-', '/--no-')}" in told, option


def test_the_workers_find_the_scheduler_and_nobody_else_does() -> None:
    deployments, service = of_kind("Deployment"), of_kind("Service")["meshctl-dask"]
    labels = {name: each["spec"]["template"]["metadata"]["labels"] for name, each in deployments.items()}
    labels["job"] = of_kind("Job")["meshctl-dask"]["spec"]["template"]["metadata"]["labels"]
    scheduler = deployments["meshctl-dask-scheduler"]["spec"]["template"]["spec"]["containers"][0]
    (port,) = service["spec"]["ports"]
    address = f"tcp://{service['metadata']['name']}:{port['port']}"
    assert [name for name, own in labels.items() if service["spec"]["selector"].items() <= own.items()] == [
        "meshctl-dask-scheduler"
    ]
    assert given(scheduler)["--port"] == str(port["port"]) == str(scheduler["ports"][0]["containerPort"])
    assert deployments["meshctl-dask-worker"]["spec"]["template"]["spec"]["containers"][0]["args"][0] == address
    job = of_kind("Job")["meshctl-dask"]["spec"]["template"]["spec"]["containers"][0]
    assert given(job)["--scheduler"] == address
    policy = of_kind("NetworkPolicy")["meshctl-dask"]["spec"]
    (ingress,) = policy["ingress"]
    assert policy["podSelector"] == ingress["from"][0]["podSelector"] and len(ingress["from"]) == 1
    assert all(policy["podSelector"]["matchLabels"].items() <= own.items() for own in labels.values())


def test_the_image_ends_as_nobody() -> None:
    lines = [line for line in (FLEET / "Containerfile").read_text().splitlines() if not line.startswith("#")]
    assert lines[-1] == "USER 65532:65532" and lines[0].startswith("FROM meshctl")
    extra = (ROOT / "pyproject.toml").read_text().partition('\nfleet = ["')[2].partition('"')[0]
    assert extra and extra in next(line for line in lines if line.startswith("RUN ["))
    assert yaml.safe_load(next(line for line in lines if line.startswith("RUN "))[4:])[-1] == extra
