"""Checks of EnvoyFilters."""
