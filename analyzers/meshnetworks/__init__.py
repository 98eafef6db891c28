"""Checks of the networks of a mesh of several clusters."""
