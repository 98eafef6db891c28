"""Checks of VirtualServices."""

DOMAINS = ("istio.io",)
