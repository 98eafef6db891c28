"""Checks of how long requests take, as proxies measured it."""
