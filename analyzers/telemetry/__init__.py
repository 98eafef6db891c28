"""Checks of Telemetries."""
