"""Checks of EnvoyFilters."""

DOMAINS = ("istio.io",)
