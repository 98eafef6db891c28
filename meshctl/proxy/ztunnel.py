"""The answers of a ztunnel: it has no Envoy inside, and of its dump we take its version."""

import json

from meshctl.graph.fields import mapping, text
from meshctl.graph.kinds.workload import Pod
from meshctl.proxy.envoy.answers import decode_object
from meshctl.proxy.recorded import ProxyAnswers
from meshctl.proxy.transports.transport import Transport


def ztunnel_answers(transport: Transport, pod: Pod) -> ProxyAnswers:
    """Who it is, told as an Envoy would. Raises BrokenAnswer."""
    found = mapping(decode_object(transport.get("/config_dump").data()).get("version"))
    version = text(found.get("version"))
    node = {
        "id": f"ztunnel~{text(pod.status.get('podIP'))}~{pod.name}.{pod.namespace}~{pod.namespace}.svc.cluster.local",
        "metadata": {"ISTIO_VERSION": version} if version else {},
    }
    told = json.dumps({"state": "LIVE", "node": node}).encode()
    return ProxyAnswers("", "", "", {"server_info": lambda: told}, transport.name, transport.name)
