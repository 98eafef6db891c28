"""What checks of AuthorizationPolicies may import beside the general vocabulary."""

from meshctl.graph.authorization.unenforced import Unenforced, unenforced_policies

__all__ = ["Unenforced", "unenforced_policies"]
