"""Checks of the routes and retries of Linkerd."""
