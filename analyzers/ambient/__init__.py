"""Checks of ambient mode: waypoints, and what has no effect without one."""

DOMAINS = ("istio.io",)
