"""Checks of Services."""
