"""Checks of what sidecars cost, and of what they do to the pods they are in."""
