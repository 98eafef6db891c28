"""Checks of the Gateway API: Gateways, routes, backends, grants, and routes of the mesh."""

DOMAINS = ("gateway.networking.k8s.io", "gateway.networking.x-k8s.io", "policy.linkerd.io")
