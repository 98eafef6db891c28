"""Checks of what controllers report in the status of resources."""
