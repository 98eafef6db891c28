"""Documents that tests of mutual TLS are made of."""

from io import BytesIO

from meshctl.graph.mesh import MeshGraph
from meshctl.sources.files import read_files

PLACES = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: web, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: bare}
---
apiVersion: v1
kind: Namespace
metadata: {name: calm, labels: {istio.io/dataplane-mode: ambient}}
"""


def deployment(name: str, namespace: str, annotations: str = "{}", more: str = "") -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  template:
    metadata: {{labels: {{app: {name}{more}}}, annotations: {annotations}}}
    spec:
      containers: [{{name: main, image: x, ports: [{{name: web, containerPort: 8080}}]}}]
"""


def service(name: str, namespace: str, spec: str = "clusterIP: 10.0.0.1") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{app: {name}}}
  {spec}
  ports: [{{name: http, port: 80, targetPort: web}}, {{name: other, port: 81, targetPort: 8081}}]
"""


def rule(spec: str, namespace: str = "shop", host: str = "api.shop.svc.cluster.local", name: str = "rule") -> str:
    metadata = f"{{name: {name}, namespace: {namespace}}}"
    return (
        f"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {metadata}\n"
        f"spec: {{host: {host!r}, {spec}}}\n"
    )


def tls(mode: str) -> str:
    return f"trafficPolicy: {{tls: {{mode: {mode}}}}}"


def peer(spec: str, namespace: str = "shop", name: str = "peer", created: str = "") -> str:
    born = f", creationTimestamp: {created!r}" if created else ""
    metadata = f"{{name: {name}, namespace: {namespace}{born}}}"
    return f"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {metadata}\nspec: {{{spec}}}\n"


STRICT, DISABLE = "mtls: {mode: STRICT}", "mtls: {mode: DISABLE}"
SELECTED = "selector: {matchLabels: {app: api}}"
NO_AUTO = """
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "enableAutoMtls: false"}
"""
API = deployment("api", "shop") + "---" + service("api", "shop")


def mesh_of(*documents: str) -> MeshGraph:
    return MeshGraph(read_files(["-"], stdin=BytesIO("\n---\n".join((PLACES, *documents)).encode())))
