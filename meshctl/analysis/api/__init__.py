"""All that a check may import: the declaration, the claim, and the mesh with its views, indexes and relations."""

from meshctl.analysis.analyzer import ABSENT, Also, Analyzer, Claim, analyzer
from meshctl.analysis.annotations import (
    annotation_claims,
    deprecated_annotation,
    invalid_annotation,
    misplaced_annotation,
    other_annotation_claims,
    unknown_annotation,
)
from meshctl.analysis.drifted import LEFT, drift_claim, hosts_of, is_left, on_proxies, said, what_drifted, what_is_left
from meshctl.analysis.injection_fixes import next_step
from meshctl.analysis.phrases import MOST, enumerated, others
from meshctl.analysis.proxied import together
from meshctl.analysis.validation import VALIDATED, advised_against, overlooked, refused
from meshctl.graph.ambient import in_ambient, in_ambient_namespace
from meshctl.graph.annotations import LABELS_NOT_ANNOTATIONS, Annotation, istio_annotations, nearest_annotation
from meshctl.graph.annotationvalues import value_problem
from meshctl.graph.application import ISTIO_CONTAINERS, Application, containers_without_readiness, mentions
from meshctl.graph.authentication import authentication
from meshctl.graph.certificates import KeyPair, ends_soon, gateway_key_pairs
from meshctl.graph.clienttls import unverified_servers
from meshctl.graph.clusters import services_of_several_clusters
from meshctl.graph.controlplanes import ControlPlane, control_planes, kubelets, minor, minor_text
from meshctl.graph.credentials import (
    Certificate,
    CredentialUse,
    Pairs,
    credential_uses,
    gateways_by_certificate,
    gateways_by_stated_certificate,
    narrower,
)
from meshctl.graph.deployedgateways import gateways_selected_by_label
from meshctl.graph.destinationrules import HostRules, destination_rules
from meshctl.graph.discovery import IstioConfiguration, undiscovered
from meshctl.graph.drifted import DRIFTING, drifted
from meshctl.graph.edges import Edge, Edges, Relation
from meshctl.graph.entryprotocols import Dissent, entry_protocols
from meshctl.graph.envoyfilters import REPLACEABLE, ignored_on_routes, relative_patches
from meshctl.graph.externalcontrolplane import is_malformed, webhook_hosts
from meshctl.graph.fields import integer, labels, listed, mapping, numbered, numbered_texts, text, texts
from meshctl.graph.gatewayapi import GATEWAY_API, GATEWAY_API_BUNDLE, too_old
from meshctl.graph.gatewayhosts import ServedHosts, gateway_hosts
from meshctl.graph.gateways import (
    Listener,
    Reach,
    gateway_reach,
    gateway_rivals,
    gateways_by_listener,
    gateways_without_workload,
)
from meshctl.graph.hostnames import HostTable, fqdn, overlap
from meshctl.graph.hosts import EVERYWHERE, HostEntry, Hosts, hosts
from meshctl.graph.injection import Decision, Injection, injection, is_istios_namespace, undecided_namespaces
from meshctl.graph.injector import Injector, injectors
from meshctl.graph.kinds.accessreview import AccessReview
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration, Webhook
from meshctl.graph.kinds.conditioned import Condition, Conditioned
from meshctl.graph.kinds.core import ConfigMap, Namespace, Node, Secret, Service, ServicePort
from meshctl.graph.kinds.definitions import CustomResourceDefinition
from meshctl.graph.kinds.envoyfilter import EnvoyFilter
from meshctl.graph.kinds.extensions import TrafficExtension, WasmPlugin
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.gatewayroutes import BackendRef, GatewayRoute, ParentRef, RouteRule
from meshctl.graph.kinds.machine import Machine, WorkloadEntry, WorkloadGroup
from meshctl.graph.kinds.metrics import PodMetrics
from meshctl.graph.kinds.networking import (
    GENERATED,
    MESH,
    Delegate,
    Destination,
    DestinationRule,
    EntryPort,
    Gateway,
    ProxyConfig,
    Server,
    ServiceEntry,
    Sidecar,
    Subset,
    VirtualService,
    gateway_reference,
)
from meshctl.graph.kinds.policy import AuthorizationPolicy, PeerAuthentication, Policy, RequestAuthentication, Telemetry
from meshctl.graph.kinds.secretmaker import SecretMaker
from meshctl.graph.kinds.webhookclient import WebhookConfiguration
from meshctl.graph.kinds.workload import Container, Deployment, Pod, Workload
from meshctl.graph.kubernetesgateway.policytargets import class_targets, policy_targets
from meshctl.graph.measured import limited_changes, measured_route, measured_workload, percentile_text
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.meshconfig import MeshConfig, mesh_config, mesh_config_of, mesh_configs, yaml_mapping
from meshctl.graph.meshnetworks import MeshNetworks, mesh_networks, perhaps_own_cluster, registries
from meshctl.graph.missingproxies import MissingProxy, missing_proxies
from meshctl.graph.namespaces import known_namespaces
from meshctl.graph.nearest import Names
from meshctl.graph.othermeshes import only_others
from meshctl.graph.overhead import (
    ProxiedWorkload,
    ProxyCost,
    proxied_workloads,
    proxied_workloads_of,
    proxy_cost,
    proxy_settings,
)
from meshctl.graph.protocols import istios_own, protocol_hint, protocol_is_known
from meshctl.graph.proxied import gets_proxy, injected_proxy, injector, killed_for_memory
from meshctl.graph.proxies import control_plane_revisions, control_plane_versions, pod_of, unserved_pods
from meshctl.graph.proxyconfig import holds_application, proxy_config
from meshctl.graph.proxyimage import automatic_image, injected_image
from meshctl.graph.proxyresources import RESOURCE_ANNOTATIONS, Setting, in_annotations
from meshctl.graph.quantities import memory_bytes, millicores, quantity
from meshctl.graph.rejections import Refusal, refusals
from meshctl.graph.relations.virtualservice import (
    Route,
    SubsetUse,
    delegates,
    destination_hosts,
    destination_subsets,
    match_gateways,
    routes,
    subset_uses,
    virtualservice_gateways,
)
from meshctl.graph.relations.workloads import gateway_workloads, service_workloads
from meshctl.graph.restarting import restart_advice
from meshctl.graph.ruletargets import rules_without_host, seen_target
from meshctl.graph.selectors import label_selector_matches, matches, selector_text
from meshctl.graph.shadowed import Shadow, shadowed
from meshctl.graph.sharedworkloads import PortUse, SharedWorkload, shared_workloads
from meshctl.graph.sidecars import sidecar_rivals, sidecars_by_place, sidecars_without_workload
from meshctl.graph.similar import (
    Similar,
    delegate_names,
    gateway_names,
    kubernetes_gateway_names,
    secret_names,
    service_names,
)
from meshctl.graph.standins import makes_or_has, stand_in
from meshctl.graph.structure.hints import documented, home, meant, resembling, similar
from meshctl.graph.structure.misfit import Flaw, Misfit
from meshctl.graph.structure.resources import STRUCTURED, Unfit, unfit
from meshctl.graph.structure.shape import words_for
from meshctl.graph.subsets import EmptySubset, Endpoints, empty_subsets, endpoints
from meshctl.graph.telemetries import (
    logging_parents,
    telemetries_by_place,
    telemetries_without_selector,
    telemetries_without_workload,
    telemetry_rivals,
)
from meshctl.graph.unbounded import Unbounded, proxies_without
from meshctl.graph.usage import measured_proxies
from meshctl.graph.validation.durations import milliseconds
from meshctl.graph.view import View
from meshctl.graph.virtualservices import mesh_claims
from meshctl.graph.webhookoverlaps import webhook_overlaps
from meshctl.graph.webhooks import INJECT, INJECTION, REVISION, InjectionWebhook, injection_webhooks
from meshctl.graph.workloads import owner, pods, pods_were_read, present, services_by_selector, top_owner, workloads
from meshctl.model.amounts import cpu_text, memory_text
from meshctl.model.difference import Difference, Hop, Sort
from meshctl.model.edit import Edit
from meshctl.model.facts import Facts
from meshctl.model.ids import KindKey
from meshctl.model.latency import Change, RouteLatency
from meshctl.model.paths import Path, dotted
from meshctl.model.proxystate import ALWAYS_SENT, ProxyState, Sync, configuration_words
from meshctl.model.severity import Severity

__all__ = [
    "ABSENT",
    "ALWAYS_SENT",
    "DRIFTING",
    "EVERYWHERE",
    "GATEWAY_API",
    "GATEWAY_API_BUNDLE",
    "GENERATED",
    "INJECT",
    "INJECTION",
    "ISTIO_CONTAINERS",
    "LABELS_NOT_ANNOTATIONS",
    "LEFT",
    "MESH",
    "MOST",
    "REPLACEABLE",
    "RESOURCE_ANNOTATIONS",
    "REVISION",
    "STRUCTURED",
    "VALIDATED",
    "AccessReview",
    "Also",
    "Analyzer",
    "Annotation",
    "Application",
    "AuthorizationPolicy",
    "BackendRef",
    "Certificate",
    "Change",
    "Claim",
    "Condition",
    "Conditioned",
    "ConfigMap",
    "Container",
    "ControlPlane",
    "CredentialUse",
    "CustomResourceDefinition",
    "Decision",
    "Delegate",
    "Deployment",
    "Destination",
    "DestinationRule",
    "Difference",
    "Dissent",
    "Edge",
    "Edges",
    "Edit",
    "EmptySubset",
    "Endpoints",
    "EntryPort",
    "EnvoyFilter",
    "Facts",
    "Flaw",
    "Gateway",
    "GatewayRoute",
    "Hop",
    "HostEntry",
    "HostRules",
    "HostTable",
    "Hosts",
    "Injection",
    "InjectionWebhook",
    "Injector",
    "IstioConfiguration",
    "KeyPair",
    "KindKey",
    "KubernetesGateway",
    "Listener",
    "Machine",
    "MeshConfig",
    "MeshGraph",
    "MeshNetworks",
    "Misfit",
    "Missing",
    "MissingProxy",
    "MutatingWebhookConfiguration",
    "Names",
    "Namespace",
    "Node",
    "Pairs",
    "ParentRef",
    "Path",
    "PeerAuthentication",
    "Pod",
    "PodMetrics",
    "Policy",
    "PortUse",
    "ProxiedWorkload",
    "ProxyConfig",
    "ProxyCost",
    "ProxyState",
    "Reach",
    "Refusal",
    "Relation",
    "RequestAuthentication",
    "Route",
    "RouteLatency",
    "RouteRule",
    "Secret",
    "SecretMaker",
    "ServedHosts",
    "Server",
    "Service",
    "ServiceEntry",
    "ServicePort",
    "Setting",
    "Severity",
    "Shadow",
    "SharedWorkload",
    "Sidecar",
    "Similar",
    "Sort",
    "Subset",
    "SubsetUse",
    "Sync",
    "Telemetry",
    "TrafficExtension",
    "Unbounded",
    "Unfit",
    "View",
    "VirtualService",
    "WasmPlugin",
    "Webhook",
    "WebhookConfiguration",
    "Workload",
    "WorkloadEntry",
    "WorkloadGroup",
    "advised_against",
    "analyzer",
    "annotation_claims",
    "authentication",
    "automatic_image",
    "class_targets",
    "configuration_words",
    "containers_without_readiness",
    "control_plane_revisions",
    "control_plane_versions",
    "control_planes",
    "cpu_text",
    "credential_uses",
    "delegate_names",
    "delegates",
    "deprecated_annotation",
    "destination_hosts",
    "destination_rules",
    "destination_subsets",
    "documented",
    "dotted",
    "drift_claim",
    "drifted",
    "empty_subsets",
    "endpoints",
    "ends_soon",
    "entry_protocols",
    "enumerated",
    "fqdn",
    "gateway_hosts",
    "gateway_key_pairs",
    "gateway_names",
    "gateway_reach",
    "gateway_reference",
    "gateway_rivals",
    "gateway_workloads",
    "gateways_by_certificate",
    "gateways_by_listener",
    "gateways_by_stated_certificate",
    "gateways_selected_by_label",
    "gateways_without_workload",
    "gets_proxy",
    "holds_application",
    "home",
    "hosts",
    "hosts_of",
    "ignored_on_routes",
    "in_ambient",
    "in_ambient_namespace",
    "in_annotations",
    "index",
    "injected_image",
    "injected_proxy",
    "injection",
    "injection_webhooks",
    "injector",
    "injectors",
    "integer",
    "invalid_annotation",
    "is_istios_namespace",
    "is_left",
    "is_malformed",
    "istio_annotations",
    "istios_own",
    "killed_for_memory",
    "known_namespaces",
    "kubelets",
    "kubernetes_gateway_names",
    "label_selector_matches",
    "labels",
    "limited_changes",
    "listed",
    "logging_parents",
    "makes_or_has",
    "mapping",
    "match_gateways",
    "matches",
    "meant",
    "measured_proxies",
    "measured_route",
    "measured_workload",
    "memory_bytes",
    "memory_text",
    "mentions",
    "mesh_claims",
    "mesh_config",
    "mesh_config_of",
    "mesh_configs",
    "mesh_networks",
    "millicores",
    "milliseconds",
    "minor",
    "minor_text",
    "misplaced_annotation",
    "missing_proxies",
    "narrower",
    "nearest_annotation",
    "next_step",
    "numbered",
    "numbered_texts",
    "on_proxies",
    "only_others",
    "other_annotation_claims",
    "others",
    "overlap",
    "overlooked",
    "owner",
    "percentile_text",
    "perhaps_own_cluster",
    "pod_of",
    "pods",
    "pods_were_read",
    "policy_targets",
    "present",
    "protocol_hint",
    "protocol_is_known",
    "proxied_workloads",
    "proxied_workloads_of",
    "proxies_without",
    "proxy_config",
    "proxy_cost",
    "proxy_settings",
    "quantity",
    "refusals",
    "refused",
    "registries",
    "relative_patches",
    "resembling",
    "restart_advice",
    "routes",
    "rules_without_host",
    "said",
    "secret_names",
    "seen_target",
    "selector_text",
    "service_names",
    "service_workloads",
    "services_by_selector",
    "services_of_several_clusters",
    "shadowed",
    "shared_workloads",
    "sidecar_rivals",
    "sidecars_by_place",
    "sidecars_without_workload",
    "similar",
    "stand_in",
    "subset_uses",
    "telemetries_by_place",
    "telemetries_without_selector",
    "telemetries_without_workload",
    "telemetry_rivals",
    "text",
    "texts",
    "together",
    "too_old",
    "top_owner",
    "undecided_namespaces",
    "undiscovered",
    "unfit",
    "unknown_annotation",
    "unserved_pods",
    "unverified_servers",
    "value_problem",
    "virtualservice_gateways",
    "webhook_hosts",
    "webhook_overlaps",
    "what_drifted",
    "what_is_left",
    "words_for",
    "workloads",
    "yaml_mapping",
]
