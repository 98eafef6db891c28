"""Checks of the proxies that run: whether each has what its control plane sent."""
