"""Checks of what differs between clusters that should be equal."""

FACTS = ("deviations",)
