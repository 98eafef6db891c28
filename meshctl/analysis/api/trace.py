"""What checks of traced requests import beside the general vocabulary."""

from meshctl.graph.trace.steps import Outcome, Trace, merged
from meshctl.graph.trace.traced import READS, traces

__all__ = ["READS", "Outcome", "Trace", "merged", "traces"]
