"""Checks of the requests that `meshctl trace` follows."""

DOMAINS = ("istio.io", "gateway.networking.k8s.io")
