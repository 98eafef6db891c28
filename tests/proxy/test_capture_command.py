"""`meshctl capture --proxies`: what proxies and istiods answered says offline what it said live."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.apiserver import ADMIN, ApiServer, user_from_roles
from tests.cli.command import Done, inside
from tests.proxy.envoy import Envoy
from tests.proxy.livemesh import PORT_FORWARD, istiod, only_reads, pod, port_of
from tests.proxy.recorder import Told, recording
from tests.sources.bundles import contents

Start = Callable[..., ApiServer]

SERVED = [{"proxy": "web-1.shop", "proxy_type": "sidecar", "cluster_sent": "a", "cluster_acked": "a"}]
SYNCZ = Told(200, json.dumps(SERVED).encode())

pytestmark = pytest.mark.usefixtures("loose_sockets")


def rows(done: Done) -> list[dict[str, Any]]:
    """Without what says through which way, and how long ago."""
    found = json.loads(done.out)["proxies"]
    for row in found:
        del row["sources"]
        for each in row["types"]:
            each["age"] = None
    return found  # type: ignore[no-any-return]


def test_a_bundle_says_what_the_proxies_say(api_server: Start, rejecting: Envoy, tmp_path: Path) -> None:
    role = yaml.safe_load(inside("doctor", "--rbac", "--proxies", "--no-config").out)
    file = tmp_path / "b.tar.gz"
    with recording({"/debug/syncz": SYNCZ}) as control:
        server = api_server([pod("web-1"), istiod("istiod-1")], users=[ADMIN, user_from_roles("dev", [role])])
        server.forward("shop/web-1", 15000, port_of(rejecting.admin))
        server.forward("istio-system/istiod-1", 15014, port_of(control.url))
        config = ("--no-config", "--kubeconfig", str(server.kubeconfig(tmp_path / "config", user="dev")))
        live = inside("proxy-status", *config, "-o", "json")
        done = inside("capture", "--proxies", *config, "-o", str(file))
        assert all(method == "GET" for method, _ in control.requests)
    assert "Wrote 2 objects of 1 kinds" in done.err and only_reads(server)
    # The permission to forward ports is asked for and is enough; what else the role allows is lists.
    used = server.permissions_used
    assert ("get", "", PORT_FORWARD) in used and {verb for verb, _, part in used if part != PORT_FORWARD} == {"list"}
    names = list(contents(file))
    assert (
        "proxies/test/shop/web-1/config_dump.json" in names and "istiod/test/istio-system/istiod-1/syncz.json" in names
    )
    offline = inside("proxy-status", "-f", str(file), "--no-config", "-o", "json")
    assert rows(offline) == rows(live) and rows(live)[0]["rejections"][0]["resource"] == "bad"


def test_a_proxy_that_does_not_answer_is_named(api_server: Start, rejecting: Envoy, tmp_path: Path) -> None:
    server = api_server([pod("web-1"), pod("web-2")])
    server.forward("shop/web-1", 15000, port_of(rejecting.admin))
    config = ("--no-config", "--kubeconfig", str(server.kubeconfig(tmp_path / "config")))
    done = inside("capture", "--proxies", *config, "-o", str(tmp_path / "b.tar.gz"))
    assert done.code == 3 and "meshctl: not read: shop/web-2: cannot be reached" in done.err
    manifest = json.loads(contents(tmp_path / "b.tar.gz")["manifest.json"])
    assert "shop/web-2" in [each["what"] for each in manifest["unread"]]
    offline = inside("proxy-status", "-f", str(tmp_path / "b.tar.gz"), "--no-config", "-o", "json")
    assert offline.code == 3 and [row["resource"]["name"] for row in rows(offline)] == ["web-1"]
