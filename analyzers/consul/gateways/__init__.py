"""Checks of the gateways of Consul."""
