"""Checks of the entries that make the discovery chains of Consul."""
