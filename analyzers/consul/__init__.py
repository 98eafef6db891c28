"""Checks of Consul."""

DOMAINS = ("consul.hashicorp.com",)
