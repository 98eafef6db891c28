"""Checks of RequestAuthentications and what they need."""

DOMAINS = ("istio.io",)
