"""Checks of ServiceEntries."""
