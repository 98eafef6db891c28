"""Checks of AuthorizationPolicies."""

DOMAINS = ("istio.io",)
