"""Ambient mode: users of one waypoint, and rules and policies for one Service that has none."""

from bench.hurtful.manifests import GATEWAY_API, documents, istio, pod, resource, routes

_PLACE = """apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web:1}]}
"""
_USE = "istio.io/use-waypoint"


def ambient_users_of_one_waypoint(n: int) -> str:
    """Services that use one waypoint of another namespace, which does not take them."""
    labels = f", labels: {{{_USE}: shared, {_USE}-namespace: infra}}"
    spec = "spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}"
    shared = resource(GATEWAY_API, "Gateway", "shared", spec).replace("namespace: shop", "namespace: infra")
    service = "spec: {selector: {app: web}, ports: [{name: http, port: 80}]}"
    return documents(lambda i: resource("v1", "Service", f"s{i}", service, labels), n, f"{_PLACE}---\n{shared}")


def ambient_users_without_waypoint(n: int) -> str:
    """Services that use as many waypoints that are not there."""
    service = "spec: {ports: [{name: http, port: 80}]}"
    return documents(lambda i: resource("v1", "Service", f"s{i}", service, f", labels: {{{_USE}: w{i}}}"), n, _PLACE)


def ambient_pods(n: int) -> str:
    """Pods of one Service, every other of which has a label for a sidecar or a waypoint too."""
    more = ("", ", sidecar.istio.io/inject: 'true'", f", {_USE}: waypoint", ", istio.io/dataplane-mode: ambient")
    return documents(lambda i: pod(f"p{i}", f"app: web{more[i % 4]}"), n, _PLACE)


def ambient_policies_of_one_service(n: int) -> str:
    """Policies that name one Service without a waypoint, or select its pods for rules of HTTP."""
    rules = "rules: [{to: [{operation: {methods: [GET]}}]}]"
    whom = ("targetRefs: [{kind: Service, group: '', name: web}]", "selector: {matchLabels: {app: web}}")
    return documents(lambda i: istio("AuthorizationPolicy", f"a{i}", f"{{{whom[i % 2]}, {rules}}}"), n, _PLACE)


def ambient_rules_of_one_service(n: int) -> str:
    """DestinationRules and VirtualServices for one Service without a waypoint."""
    policy = "trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}"

    def one(i: int) -> str:
        return routes(f"v{i}", "web") if i % 2 else istio("DestinationRule", f"d{i}", f"{{host: web, {policy}}}")

    return documents(one, n, _PLACE)
