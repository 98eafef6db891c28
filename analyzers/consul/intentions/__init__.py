"""Checks of who may call whom in Consul."""
