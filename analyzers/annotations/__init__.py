"""Checks of the annotations that Istio reads."""
