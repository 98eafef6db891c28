"""Checks of what proxies run against what the resources ask for."""
