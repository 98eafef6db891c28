"""Checks of the annotations that Linkerd reads."""
