"""Checks of Linkerd."""

DOMAINS = ("linkerd.io",)
