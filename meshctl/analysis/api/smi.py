"""What the checks of the Service Mesh Interface use besides: its kinds, and splits by what they split."""

from meshctl.graph.accounts import missing_account
from meshctl.graph.kinds.core import ServiceAccount
from meshctl.graph.kinds.smi import (
    HTTP_ROUTE_GROUP,
    RULES,
    HTTPRouteGroup,
    Identity,
    Rule,
    SmiObject,
    SmiRoute,
    SplitBackend,
    TrafficSplit,
    TrafficTarget,
)
from meshctl.graph.similar import account_names
from meshctl.graph.smi.accounts import accounts_in_use
from meshctl.graph.smi.routes import RuleUse, rule_uses
from meshctl.graph.smi.splits import Nested, nested_splits, splits_by_root
from meshctl.graph.validation.regexes import regex_error

__all__ = [
    "HTTP_ROUTE_GROUP",
    "RULES",
    "HTTPRouteGroup",
    "Identity",
    "Nested",
    "Rule",
    "RuleUse",
    "ServiceAccount",
    "SmiObject",
    "SmiRoute",
    "SplitBackend",
    "TrafficSplit",
    "TrafficTarget",
    "account_names",
    "accounts_in_use",
    "missing_account",
    "nested_splits",
    "regex_error",
    "rule_uses",
    "splits_by_root",
]
