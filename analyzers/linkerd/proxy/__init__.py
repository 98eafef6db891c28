"""Checks of what linkerd-proxies say of themselves, in their metrics."""
