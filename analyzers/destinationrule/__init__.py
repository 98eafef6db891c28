"""Checks of DestinationRules."""

DOMAINS = ("istio.io",)
