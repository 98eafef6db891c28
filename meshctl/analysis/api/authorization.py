"""What checks of AuthorizationPolicies may import beside the general vocabulary."""

from meshctl.graph.authorization.callers import Named, accepted_trust_domains, callers, named_callers, own_callers
from meshctl.graph.authorization.contradictions import contradictions
from meshctl.graph.authorization.covered import Covered, by_coverer, by_policies, denied_anyway, redundant
from meshctl.graph.authorization.identities import LOCAL, parts_of, trust_domains
from meshctl.graph.authorization.implication import Values
from meshctl.graph.authorization.patterns import fits
from meshctl.graph.authorization.policies import constraints, policies, rules
from meshctl.graph.authorization.rules import (
    HOST,
    METHOD,
    PORT,
    PRINCIPAL,
    TRUST_DOMAIN,
    Value,
    action_of,
)
from meshctl.graph.authorization.servicehosts import local_host, virtual_hosts
from meshctl.graph.authorization.unenforced import Unenforced, unenforced_policies

__all__ = [
    "HOST",
    "LOCAL",
    "METHOD",
    "PORT",
    "PRINCIPAL",
    "TRUST_DOMAIN",
    "Covered",
    "Named",
    "Unenforced",
    "Value",
    "Values",
    "accepted_trust_domains",
    "action_of",
    "by_coverer",
    "by_policies",
    "callers",
    "constraints",
    "contradictions",
    "denied_anyway",
    "fits",
    "local_host",
    "named_callers",
    "own_callers",
    "parts_of",
    "policies",
    "redundant",
    "rules",
    "trust_domains",
    "unenforced_policies",
    "virtual_hosts",
]
