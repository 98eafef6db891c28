"""Checks of resources by themselves: what Istio's own validation refuses or advises against, and dead routes."""

DOMAINS = ("istio.io",)
