"""Checks of Gateways."""

DOMAINS = ("istio.io",)
