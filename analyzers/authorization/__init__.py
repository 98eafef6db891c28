"""Checks of AuthorizationPolicies."""
