"""Checks of the Service Mesh Interface: splits, permissions, and the routes that both refer to."""

DOMAINS = ("smi-spec.io",)
