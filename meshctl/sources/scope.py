"""Which kinds are cluster-scoped: a namespace written on one of them means nothing."""

from collections.abc import Mapping
from typing import Any

from meshctl.model.ids import KindKey

_BY_GROUP = {
    "": "ComponentStatus Namespace Node PersistentVolume",
    "admissionregistration.k8s.io": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding "
    "MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding "
    "ValidatingWebhookConfiguration",
    "apiextensions.k8s.io": "CustomResourceDefinition",
    "apiregistration.k8s.io": "APIService",
    "authentication.k8s.io": "SelfSubjectReview TokenReview",
    "authorization.k8s.io": "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
    "cert-manager.io": "ClusterIssuer",
    "trust.cert-manager.io": "Bundle",
    "config.openshift.io": "APIServer ClusterOperator ClusterVersion DNS FeatureGate Infrastructure Ingress Network "
    "OAuth Proxy",
    "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
    "gateway.networking.k8s.io": "GatewayClass",
    "consul.hashicorp.com": "GatewayClassConfig Registration",
    "networking.k8s.io": "IPAddress IngressClass ServiceCIDR",
    "node.k8s.io": "RuntimeClass",
    "policy": "PodSecurityPolicy",
    "policy.networking.k8s.io": "AdminNetworkPolicy BaselineAdminNetworkPolicy",
    "project.openshift.io": "Project ProjectRequest",
    "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
    "resource.k8s.io": "DeviceClass ResourceSlice",
    "scheduling.k8s.io": "PriorityClass",
    "security.openshift.io": "SecurityContextConstraints",
    "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
}

CLUSTER_SCOPED: frozenset[KindKey] = frozenset(
    KindKey(group, kind) for group, kinds in _BY_GROUP.items() for kind in kinds.split()
)


def scope_of_definition(data: Mapping[str, Any]) -> KindKey | None:
    """The kind that a CustomResourceDefinition makes cluster-scoped; None if it makes a namespaced one."""
    spec = data.get("spec")
    if not isinstance(spec, dict) or spec.get("scope") != "Cluster":
        return None
    names = spec.get("names")
    kind = names.get("kind") if isinstance(names, dict) else None
    group = spec.get("group")
    return KindKey(group, kind) if isinstance(group, str) and isinstance(kind, str) else None
