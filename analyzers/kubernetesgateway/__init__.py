"""Checks of the Gateway API as Istio sees it."""
