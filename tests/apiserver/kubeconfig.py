"""Kubeconfig files for test API servers, several clusters in one."""

import base64
import json
import shlex
import sys
from pathlib import Path
from typing import Any

import yaml


def load(path: Path) -> dict[str, Any]:
    """The file's content, or that of an empty one."""
    if path.exists():
        found: dict[str, Any] = yaml.safe_load(path.read_text())
        return found
    return {"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []}


def put(config: dict[str, Any], section: str, name: str, value: dict[str, Any]) -> None:
    """Sets a named entry of "clusters", "users" or "contexts"."""
    entry = {"name": name, section.removesuffix("s"): value}
    config[section] = [each for each in config[section] if each["name"] != name] + [entry]


def encoded(pem: bytes) -> str:
    return base64.b64encode(pem).decode()


def exec_plugin(token: str) -> dict[str, Any]:
    """Credentials from a program that prints a token, as those of cloud providers do."""
    api = "client.authentication.k8s.io/v1"
    printed = json.dumps({"apiVersion": api, "kind": "ExecCredential", "status": {"token": token}})
    command = f"printf %s {shlex.quote(printed)}"
    return {"exec": {"apiVersion": api, "command": "sh", "args": ["-c", command], "interactiveMode": "Never"}}


def save(path: Path, config: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    if sys.platform != "win32":
        path.chmod(0o600)
