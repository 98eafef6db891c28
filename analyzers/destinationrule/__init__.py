"""Checks of DestinationRules."""
