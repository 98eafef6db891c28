"""Checks of the policies of Linkerd."""
