"""Checks of AuthorizationPolicies."""

DOMAINS = ("security.istio.io",)
