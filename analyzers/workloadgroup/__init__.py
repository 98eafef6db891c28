"""Checks of WorkloadGroups."""

DOMAINS = ("istio.io",)
