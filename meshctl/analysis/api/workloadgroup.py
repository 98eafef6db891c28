"""What the checks of WorkloadGroups use besides: the accounts of the machines."""

from meshctl.graph.accounts import missing_account
from meshctl.graph.kinds.core import ServiceAccount
from meshctl.graph.similar import account_names

__all__ = ["ServiceAccount", "account_names", "missing_account"]
