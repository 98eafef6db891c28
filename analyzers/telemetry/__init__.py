"""Checks of Telemetries."""

DOMAINS = ("istio.io",)
