"""Checks of who sees a resource."""

DOMAINS = ("istio.io",)
