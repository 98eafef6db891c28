"""Checks of RequestAuthentications and what they need."""
