"""Checks of Sidecars."""

DOMAINS = ("istio.io",)
