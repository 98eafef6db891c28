"""What checks of a fleet may import besides: in what a cluster is unlike the others of its group."""

from meshctl.analysis.fleet.claims import differing, not_everywhere
from meshctl.graph.fleet.compared import POLICIES, RULES

__all__ = ["POLICIES", "RULES", "differing", "not_everywhere"]
