"""What the checks of the Gateway API use besides: its kinds, attachments, backends, grants and statuses."""

from meshctl.graph.kinds.gateway_api import (
    BackendTlsPolicy,
    GatewayClass,
    KubernetesListener,
    ListenerOwner,
    ListenerSet,
    ReferenceGrant,
)
from meshctl.graph.kinds.gatewaystatus import GatewayApiStatus, StatusCondition
from meshctl.graph.kinds.secretmaker import TrustBundle
from meshctl.graph.kubernetesgateway.answeringparents import parents_answer
from meshctl.graph.kubernetesgateway.attachments import Attachment, Outcome, route_attachments
from meshctl.graph.kubernetesgateway.authorities import Authority, authorities
from meshctl.graph.kubernetesgateway.backendkinds import is_istios, never_backends, only_on_istio, takes_as_backend
from meshctl.graph.kubernetesgateway.backends import Backend, route_backends
from meshctl.graph.kubernetesgateway.certificates import (
    ListenerCertificate,
    certifies,
    listener_certificates,
    listener_key_pairs,
    needs_certificate,
)
from meshctl.graph.kubernetesgateway.classes import MADE_BY_CONTROLLERS, WITHOUT_ROUTES
from meshctl.graph.kubernetesgateway.clients import clients, uses_waypoint
from meshctl.graph.kubernetesgateway.conflicts import ListenerConflict, address_claims, listener_conflicts
from meshctl.graph.kubernetesgateway.grants import missing_grant
from meshctl.graph.kubernetesgateway.listeners import takes_kind, takes_namespace
from meshctl.graph.kubernetesgateway.listenersets import parent_gateway, takes_listeners
from meshctl.graph.kubernetesgateway.meshroutes import MeshRoute, kind_conflicts, mesh_routes, unmatched_requests
from meshctl.graph.kubernetesgateway.precedence import age
from meshctl.graph.kubernetesgateway.reached import reached_listeners
from meshctl.graph.kubernetesgateway.readiness import readiness
from meshctl.graph.kubernetesgateway.references import REFERRERS, crossings
from meshctl.graph.kubernetesgateway.samematches import SameMatch, same_matches
from meshctl.graph.kubernetesgateway.statuses import claimed_parents, is_settled, parent_key, wrong_conditions
from meshctl.graph.kubernetesgateway.tlspolicies import TlsTarget, tls_targets

__all__ = [
    "MADE_BY_CONTROLLERS",
    "REFERRERS",
    "WITHOUT_ROUTES",
    "Attachment",
    "Authority",
    "Backend",
    "BackendTlsPolicy",
    "GatewayApiStatus",
    "GatewayClass",
    "KubernetesListener",
    "ListenerCertificate",
    "ListenerConflict",
    "ListenerOwner",
    "ListenerSet",
    "MeshRoute",
    "Outcome",
    "ReferenceGrant",
    "SameMatch",
    "StatusCondition",
    "TlsTarget",
    "TrustBundle",
    "address_claims",
    "age",
    "authorities",
    "certifies",
    "claimed_parents",
    "clients",
    "crossings",
    "is_istios",
    "is_settled",
    "kind_conflicts",
    "listener_certificates",
    "listener_conflicts",
    "listener_key_pairs",
    "mesh_routes",
    "missing_grant",
    "needs_certificate",
    "never_backends",
    "only_on_istio",
    "parent_gateway",
    "parent_key",
    "parents_answer",
    "reached_listeners",
    "readiness",
    "route_attachments",
    "route_backends",
    "same_matches",
    "takes_as_backend",
    "takes_kind",
    "takes_listeners",
    "takes_namespace",
    "tls_targets",
    "unmatched_requests",
    "uses_waypoint",
    "wrong_conditions",
]
