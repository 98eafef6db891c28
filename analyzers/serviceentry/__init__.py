"""Checks of ServiceEntries."""

DOMAINS = ("istio.io",)
