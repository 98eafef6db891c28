"""Checks of the Gateway API: Gateways, routes, backends, grants, and routes of the mesh."""
