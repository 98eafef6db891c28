"""What checks of AuthorizationPolicies may import beside the general vocabulary."""

from meshctl.graph.authorization.callers import (
    Callers,
    Named,
    accepted_trust_domains,
    callers,
    named_callers,
    own_callers,
)
from meshctl.graph.authorization.contradictions import contradictions
from meshctl.graph.authorization.covered import Covered, by_coverer, by_policies, denied_anyway, redundant
from meshctl.graph.authorization.enforcers import enforcer_of
from meshctl.graph.authorization.identities import LOCAL, parts_of, trust_domains
from meshctl.graph.authorization.implication import Values
from meshctl.graph.authorization.patterns import fits
from meshctl.graph.authorization.policies import POLICY_READS, policies, policies_of
from meshctl.graph.authorization.portuse import HttpOnTcp, StrangePort, http_on_tcp, strange_ports
from meshctl.graph.authorization.probes import REWRITE, denied_probes
from meshctl.graph.authorization.providers import authorizers, provider_name, provider_problem, rival_providers
from meshctl.graph.authorization.rules import (
    HOST,
    METHOD,
    NAMESPACE,
    PRINCIPAL,
    TRUST_DOMAIN,
    Constraint,
    Value,
    action_of,
    constraints,
    rules,
)
from meshctl.graph.authorization.selected import SELECTION_READS, selections
from meshctl.graph.authorization.servicehosts import local_host, virtual_hosts
from meshctl.graph.authorization.unenforced import Unenforced, unenforced_policies
from meshctl.graph.kinds.core import ServiceAccount

__all__ = [
    "HOST",
    "LOCAL",
    "METHOD",
    "NAMESPACE",
    "POLICY_READS",
    "PRINCIPAL",
    "REWRITE",
    "SELECTION_READS",
    "TRUST_DOMAIN",
    "Callers",
    "Constraint",
    "Covered",
    "HttpOnTcp",
    "Named",
    "ServiceAccount",
    "StrangePort",
    "Unenforced",
    "Value",
    "Values",
    "accepted_trust_domains",
    "action_of",
    "authorizers",
    "by_coverer",
    "by_policies",
    "callers",
    "constraints",
    "contradictions",
    "denied_anyway",
    "denied_probes",
    "enforcer_of",
    "fits",
    "http_on_tcp",
    "local_host",
    "named_callers",
    "own_callers",
    "parts_of",
    "policies",
    "policies_of",
    "provider_name",
    "provider_problem",
    "redundant",
    "rival_providers",
    "rules",
    "selections",
    "strange_ports",
    "trust_domains",
    "unenforced_policies",
    "virtual_hosts",
]
