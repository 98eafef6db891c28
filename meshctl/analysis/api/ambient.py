"""What the checks of ambient mode use besides: waypoints and their users, and what needs a waypoint and has none."""

from meshctl.analysis.ambient import target_claims, unapplied_claims, unread_claims
from meshctl.graph.ambientmesh.modes import MODE_READS, mixed_modes
from meshctl.graph.ambientmesh.policies import SELECTOR_READS
from meshctl.graph.ambientmesh.rules import MisreadRule, misread_rules
from meshctl.graph.ambientmesh.services import TARGET_READS
from meshctl.graph.ambientmesh.shared import ROUTE_READS, shared_services
from meshctl.graph.ambientmesh.told import is_told
from meshctl.graph.ambientmesh.traffic import TRAFFIC_READS, unapplied_destination_rules, unapplied_virtual_services
from meshctl.graph.ambientmesh.users import users_outside_ambient
from meshctl.graph.ambientmesh.waypoints import (
    TRAFFIC,
    WAYPOINT_READS,
    WaypointUse,
    canary_waypoints,
    traffic,
    waypoints,
)
from meshctl.graph.authorization.selected import SELECTION_READS
from meshctl.graph.kubernetesgateway.listeners import takes_namespace

__all__ = [
    "MODE_READS",
    "ROUTE_READS",
    "SELECTION_READS",
    "SELECTOR_READS",
    "TARGET_READS",
    "TRAFFIC",
    "TRAFFIC_READS",
    "WAYPOINT_READS",
    "MisreadRule",
    "WaypointUse",
    "canary_waypoints",
    "is_told",
    "misread_rules",
    "mixed_modes",
    "shared_services",
    "takes_namespace",
    "target_claims",
    "traffic",
    "unapplied_claims",
    "unapplied_destination_rules",
    "unapplied_virtual_services",
    "unread_claims",
    "users_outside_ambient",
    "waypoints",
]
