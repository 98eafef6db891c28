"""Checks of workloads and the Services in front of them."""
