"""The answers of a linkerd-proxy that runs: its metrics, and whether it is ready."""

import re
from dataclasses import replace
from functools import partial

from meshctl.graph.fields import text
from meshctl.proxy.envoy.answers import BrokenAnswer, decode_object
from meshctl.proxy.live import Asked, First
from meshctl.proxy.recorded import Load, ProxyAnswers
from meshctl.proxy.transports.transport import Transport

CONTAINER = "linkerd-proxy"
METRICS, READY = "metrics.prom", "ready"
"""What recordings call these answers. Metrics under this name are of linkerd-proxy alone."""

METRICS_PATH, READY_PATH = "/metrics", "/ready"

_WHO = "/env.json?_pod_ns&_pod_name"
# Metrics that no other program has: the age of its certificate, how it was built, and numbers by direction.
_OWN = re.compile(
    rb'^(?:(?:control_)?identity_cert_|proxy_build_info\{[^\n]*vendor="|\w+\{[^\n]*direction="(?:in|out)bound")', re.M
)


def linkerd_answers(transport: Transport) -> ProxyAnswers:
    """Those of the linkerd-proxy behind a transport; its metrics are asked for here. Raises BrokenAnswer."""
    asked = Asked(transport)
    metrics = First(partial(asked.data, METRICS_PATH))
    files: dict[str, Load] = {METRICS: metrics, READY: partial(_ready, asked)}
    return ProxyAnswers("", "", "", files, transport.name, transport.name, clock=asked.clock, container=CONTAINER)


def linkerd_behind(transport: Transport) -> ProxyAnswers:
    """The same for a port of which nobody knows what listens there, named as it names itself.

    Raises BrokenAnswer where it is no linkerd-proxy.
    """
    asked = Asked(transport)
    answers = linkerd_answers(transport)
    metrics = answers.files[METRICS]
    first = metrics()
    if not _OWN.search(first):
        raise BrokenAnswer("has metrics, but not those of linkerd-proxy")
    try:
        who = decode_object(asked.data(_WHO))
    except BrokenAnswer:
        who = {}
    name, namespace = text(who.get("_pod_name")), text(who.get("_pod_ns"))
    files: dict[str, Load] = {**answers.files, METRICS: First(metrics, first)}
    return replace(answers, name=name or transport.name, namespace=namespace, files=files)


def _ready(asked: Asked) -> bytes:
    """`ready` or `not ready`: a proxy that is not answers so, with another status. Raises BrokenAnswer."""
    answer = asked.answer(READY_PATH)
    if answer.status == 503:
        return b"not ready\n"
    answer.data()
    return b"ready\n"
