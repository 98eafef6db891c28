"""Checks of webhook configurations."""
