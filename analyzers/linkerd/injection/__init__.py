"""Checks of who gets the proxy of Linkerd."""
