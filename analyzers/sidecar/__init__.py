"""Checks of Sidecars."""
