"""Checks of Gateways."""
