"""No secret is in a bundle, wherever it was planted, and what checks need is still there."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.bundle.proxies import ProxyFile
from meshctl.sources.bundle.writing import write_bundle
from meshctl.sources.redact import REDACTED, redact_answer, redact_object, redact_text, redact_value
from meshctl.sources.snapshot import Snapshot
from tests.sources.bundles import TIME, contents

SECRET = "hunter2Xq9vT7bLmZ"
KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7" + SECRET
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n-----END RSA PRIVATE KEY-----\n"
JWT = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.{SECRET}"
ENCODED_KEY = base64.b64encode(KEY.encode()).decode()

ANYWHERE = [
    KEY,
    KEY.replace("RSA ", ""),
    KEY.replace("RSA", "ENCRYPTED"),
    KEY.replace("RSA", "OPENSSH"),
    KEY.replace("\n", "\\n"),
    f"before {KEY} after",
    f"-----BEGIN EC PRIVATE KEY-----\n{KEY_BODY}",
    JWT,
    f"token={JWT};",
    f"Bearer {SECRET}",
    f"authorization: bearer {SECRET}",
    f"Basic {SECRET}=",
    f"postgres://admin:{SECRET}@db/x",
    f"https://:{SECRET}@example.com",
    f"https://example.com/keys?a=b&Access_Token={SECRET}#x",
    f"https://example.com/?sig={SECRET}",
    f"ghp_{SECRET}{SECRET}",
    f"xoxb-{SECRET}",
    ENCODED_KEY,
    base64.b64encode(f"x{KEY}".encode()).decode(),
    base64.b64encode(f"xx{KEY}".encode()).decode(),
    "\n".join(ENCODED_KEY[start : start + 64] for start in range(0, len(ENCODED_KEY), 64)),
    json.dumps({"a": {"b": KEY}}),
    json.dumps({"a": json.dumps({"b": KEY})}),
]
GONE = (SECRET, KEY_BODY, ENCODED_KEY[40:80], base64.b64encode(SECRET.encode()).decode()[:16], JWT.rpartition(".")[0])


def core(kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x", "namespace": "shop"}, **fields}


def leaks(data: object) -> list[str]:
    text = data.decode(errors="replace") if isinstance(data, bytes) else json.dumps(data)
    return [secret for secret in GONE if secret in text]


@pytest.mark.parametrize("text", ANYWHERE, ids=range(len(ANYWHERE)))
def test_secrets_in_any_text(text: str) -> None:
    assert leaks(redact_text(text)) == [] and REDACTED in redact_text(text)
    assert redact_text(redact_text(text)) == redact_text(text)
    deep = {"a": [{"b": ["x", text]}], text: 1}
    assert leaks(redact_value(deep)) == []
    for answer in (json.dumps(deep).encode(), json.dumps(deep)[:-1].encode(), text.encode() + b"\xff"):
        assert leaks(redact_answer(answer)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Bearer",
        "https://example.com/?key=a&token=",
        "the bearer of bad news",
        "https://example.com/a@b",
        "spiffe://cluster.local/ns/shop/sa/web",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "eyJrZXlzIjpbXX0",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "outbound|9080|v1|reviews.shop.svc.cluster.local",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact_text(text) == text and redact_answer(text.encode()) == text.encode()


def container(**fields: Any) -> dict[str, Any]:
    return core("Pod", spec={"containers": [{"name": "a", **fields}]})


PLANTED = [
    core("Secret", type="Opaque", data={"password": base64.b64encode(SECRET.encode()).decode()}),
    core("Secret", stringData={"config": SECRET, "key": KEY, "tls.crt": SECRET, "tls.key": SECRET}),
    core("Secret", data={"tls.crt": ENCODED_KEY, "x": SECRET + "!"}, sops={"mac": SECRET}, other=SECRET),
    core("Secret", data=SECRET, stringData=[SECRET]),
    core("Secret", stringData={"tls.key": REDACTED})
    | {"metadata": {"name": "x", "annotations": {"meshctl.dev/key-marks": json.dumps({"tls.key": SECRET})}}},
    core("ConfigMap", data={"app.properties": f"db={SECRET}", "token": SECRET}, binaryData={"x": ENCODED_KEY}),
    core("ConfigMap", data=SECRET)
    | {"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": SECRET}}},
    {**core("ConfigMap", data={"api-token": SECRET}), "metadata": {"name": "istio"}},
    container(env=[{"name": "DB_PASSWORD", "value": SECRET}, {"name": "apiToken", "value": SECRET}]),
    container(env=[{"name": "CLIENT_SECRET", "value": SECRET}, {"name": "KEY", "value": SECRET}]),
    container(env=[{"name": "URL", "value": f"amqp://a:{SECRET}@mq"}]),
    container(args=["serve", f"--db-password={SECRET}", "--api-token", SECRET]),
    container(command=["sh", "-c", f"PASSWORD='{SECRET}' serve --token {SECRET}; curl localhost/quitquitquit"]),
    container(lifecycle={"postStart": {"exec": {"command": [f"--secret={SECRET}"]}}}),
    core("Pod", metadata={"managedFields": [SECRET], "annotations": {"openshift.io/token-secret.value": SECRET}}),
    core("X", spec={"http": [{"headers": {"request": {"set": {"Authorization": SECRET, "x-api-key": SECRET}}}}]}),
    core("X", spec={"filters": [{"set": [{"name": "authorization", "value": SECRET}]}]}),
    container(readinessProbe={"httpGet": {"httpHeaders": [{"name": "X-Access-Token", "value": SECRET}]}}),
    container(env=[{"name": "DB_PASS", "value": SECRET}, {"name": "pwd", "value": SECRET}]),
    core("X", spec={"headers": {"request": {"add": {"x-internal-token": SECRET}}}}),
    core("X", spec={"requestHeaderModifier": {"set": [{"name": "x-internal-token", "value": SECRET}]}}),
    core("X", spec={"http": [{"match": [{"headers": {"x-api-key": {"exact": SECRET}}}]}]}),
    core("X", spec={"when": [{"key": "request.headers[x-api-key]", "values": [SECRET], "notValues": [SECRET]}]}),
    core("X", spec={"oauth": {"clientSecret": SECRET, "password": SECRET}}),
    core("X", spec={"environmentVariables": {"A_TOKEN": SECRET, JWT: "x"}}),
    core(
        "X", configs={"generic_secret": {"secret": {"inline_string": SECRET}}, "private_key": {"inline_bytes": SECRET}}
    ),
]


@pytest.mark.parametrize("planted", PLANTED, ids=range(len(PLANTED)))
def test_secrets_in_their_fields(planted: dict[str, Any]) -> None:
    before = json.dumps(planted)
    redacted = redact_object(planted)
    assert leaks(redacted) == []
    assert json.dumps(planted) == before, "the original is left alone"
    assert redact_object(redacted) == redacted


def test_what_checks_need_stays() -> None:
    pod = container(
        env=[
            {"name": "A_TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
            {"name": "A", "value": "b"},
        ],
        args=["proxy", "sidecar", "--domain", "x.svc.cluster.local"],
    )
    assert redact_object(pod) == pod
    mesh = {**core("ConfigMap", data={"mesh": "trustDomain: td\n"}), "metadata": {"name": "istio-canary"}}
    assert redact_object(mesh) == mesh
    assert redact_object(core("ConfigMap", data={"a": "b"}))["data"] == {"a": REDACTED}
    gateway = core(
        "X", spec={"tls": {"privateKey": "/etc/certs/key.pem", "credentialName": "shop"}, "token": {"a": "b"}}
    )
    assert redact_object(gateway) == gateway


def place(depth: int, at: list[int], text: str) -> Any:
    """The text within dicts and lists, as drawn."""
    value: Any = text
    for choice in at[:depth]:
        value = [[value], {"value": value}, {"a": 1, "b": value}, {value: 1} if value.__class__ is str else value][
            choice
        ]
    return value


@given(
    text=st.sampled_from(ANYWHERE),
    before=st.text(st.characters(codec="utf-8", exclude_categories=["L", "N"]), max_size=8),
    at=st.lists(st.integers(0, 3), max_size=4),
    field=st.sampled_from(["spec", "status", "metadata", "data", "env", "args", "x"]),
    kind=st.sampled_from(["Secret", "ConfigMap", "Pod", "VirtualService"]),
)
def test_no_planted_secret_is_in_the_bytes(text: str, before: str, at: list[int], field: str, kind: str) -> None:
    written = redact_object({**core(kind), field: place(4, at, before + " " + text)})
    assert leaks(written) == []
    assert leaks(redact_answer(json.dumps({field: place(4, at, before + " " + text)}).encode())) == []


def test_a_whole_bundle(tmp_path: Path) -> None:
    """Also with what the API server leaves out of the items of its lists."""
    resources = []
    for number, planted in enumerate(PLANTED):
        identity = ResourceId("", "", planted["kind"], "shop", f"n{number}")
        bare = {key: value for key, value in planted.items() if key not in ("apiVersion", "kind")}
        resources.append(Resource(identity, "v1", bare))
    answers = [
        ProxyFile("", "shop", f"p{n}", "config_dump.json", json.dumps([t]).encode()) for n, t in enumerate(ANYWHERE)
    ]
    write_bundle(str(tmp_path / "b.tar.gz"), Snapshot(tuple(resources)), time=TIME, answers=answers)
    written = contents(tmp_path / "b.tar.gz")
    assert len(written) > len(ANYWHERE)
    assert {name: found for name, content in written.items() if (found := leaks(content))} == {}
