"""Checks of ambient mode: waypoints, and what has no effect without one."""

# Labels of Istio itself: who is in ambient mode has one, and most that have sidecars have none.
DOMAINS = ("=istio.io", "ambient.istio.io")
