"""Checks of what istiod sees at all: its discovery selectors."""
