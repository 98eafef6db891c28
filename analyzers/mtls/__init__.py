"""Checks of mutual TLS: what clients send and what servers take."""

DOMAINS = ("istio.io",)
