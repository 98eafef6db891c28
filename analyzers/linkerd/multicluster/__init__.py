"""Checks of Linkerd's links to other clusters."""
