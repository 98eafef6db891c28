"""Checks of who gets the sidecar of Consul, and of what pods tell it."""
