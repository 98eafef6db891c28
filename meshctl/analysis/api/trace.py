"""What checks of traced requests import beside the general vocabulary."""

from meshctl.graph.trace.traced import READS, ended

__all__ = ["READS", "ended"]
