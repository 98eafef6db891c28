"""Checks of the Envoys of Consul."""
