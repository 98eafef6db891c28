"""What checks of Consul may import beside the general vocabulary: its resources, annotations, chains and intentions."""

from meshctl.graph.consul.annotations import (
    CONSUL_DNS,
    INJECT,
    MERGING,
    METRICS,
    PORT,
    PREFIX,
    TRANSPARENT_PROXY,
    UPSTREAMS,
    Annotation,
    consul_annotations,
    nearest_annotation,
)
from meshctl.graph.consul.chain import FOR_ALL, Chains, Hop, Stage, chains
from meshctl.graph.consul.circles import circles
from meshctl.graph.consul.coverage import Covered, covered_routes
from meshctl.graph.consul.filters import conditions, holds
from meshctl.graph.consul.injection import ConsulDecision, consul_injection, dataplanes, is_gateway
from meshctl.graph.consul.installation import SEEN, installation
from meshctl.graph.consul.instances import deployed_gateways, instances
from meshctl.graph.consul.intentions import Verdict, intentions, intentions_by_destination, misspelt
from meshctl.graph.consul.names import DECLARING, ServiceKey, catalog, registrations
from meshctl.graph.consul.namespaces import consul_namespaces
from meshctl.graph.consul.pods import ConsulPod, consul_pods, starting_pods, transparent
from meshctl.graph.consul.protocols import Protocol, protocols
from meshctl.graph.consul.references import Named, SubsetUse, named_services, subset_uses
from meshctl.graph.consul.upstreams import Upstream, upstreams
from meshctl.graph.consul.values import named_ports, truth
from meshctl.graph.kinds.consul import (
    EVERY,
    IngressGateway,
    JwtProvider,
    ProxyDefaults,
    Reference,
    ServiceDefaults,
    ServiceIntentions,
    ServiceResolver,
    ServiceRouter,
    ServiceSplitter,
    TerminatingGateway,
    entry_number,
)
from meshctl.graph.kinds.consulentry import ConsulEntry
from meshctl.model.consulproxy import Target

__all__ = [
    "CONSUL_DNS",
    "DECLARING",
    "EVERY",
    "FOR_ALL",
    "INJECT",
    "MERGING",
    "METRICS",
    "PORT",
    "PREFIX",
    "SEEN",
    "TRANSPARENT_PROXY",
    "UPSTREAMS",
    "Annotation",
    "Chains",
    "ConsulDecision",
    "ConsulEntry",
    "ConsulPod",
    "Covered",
    "Hop",
    "IngressGateway",
    "JwtProvider",
    "Named",
    "Protocol",
    "ProxyDefaults",
    "Reference",
    "ServiceDefaults",
    "ServiceIntentions",
    "ServiceKey",
    "ServiceResolver",
    "ServiceRouter",
    "ServiceSplitter",
    "Stage",
    "SubsetUse",
    "Target",
    "TerminatingGateway",
    "Upstream",
    "Verdict",
    "catalog",
    "chains",
    "circles",
    "conditions",
    "consul_annotations",
    "consul_injection",
    "consul_namespaces",
    "consul_pods",
    "covered_routes",
    "dataplanes",
    "deployed_gateways",
    "entry_number",
    "holds",
    "installation",
    "instances",
    "intentions",
    "intentions_by_destination",
    "is_gateway",
    "misspelt",
    "named_ports",
    "named_services",
    "nearest_annotation",
    "protocols",
    "registrations",
    "starting_pods",
    "subset_uses",
    "transparent",
    "truth",
    "upstreams",
]
