"""GatewayClasses that controllers bring along themselves."""

MADE_BY_CONTROLLERS = frozenset(
    {
        "istio",
        "istio-remote",
        "istio-waypoint",
        "istio-east-west",
        "istio-agentgateway",
        "istio-agentgateway-waypoint",
        "consul",
        "consul-api-gateway",
    }
)
# They take no routes themselves: what they serve is attached to Services, or passed on.
WITHOUT_ROUTES = frozenset({"istio-remote", "istio-waypoint", "istio-east-west", "istio-agentgateway-waypoint"})
