"""Checks of who gets a sidecar and who does not."""
