"""What checks of mutual TLS say alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from meshctl.analysis.analyzer import ABSENT, Also, Claim
from meshctl.analysis.phrases import MOST, enumerated
from meshctl.graph.kinds.networking import DestinationRule
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.mtls.conflicts import Conflict
from meshctl.graph.mtls.unmet import Unmet
from meshctl.model.ids import ResourceId
from meshctl.model.severity import Severity


def plaintext_refused(conflict: Conflict) -> Claim:
    """A rule that makes clients speak without mutual TLS to pods that take nothing else."""
    setting, mode = conflict.setting, conflict.mode
    what = "without TLS" if conflict.sent == "plaintext" else f"with TLS of their own ({setting.mode})"
    policy = mode.policy if mode else None
    whom = f"{policy.id} takes" if policy else "pods take"
    harm = "every request gets a 503, for the connection is reset"
    where = conflict.places or setting.rule.host
    return Claim(
        setting.rule,
        conflict.path,
        f"Clients speak {what} to {where}, where {whom} mutual TLS alone: {harm}.",
        fix="Remove the tls setting or write ISTIO_MUTUAL, or let the pods take both with PERMISSIVE.",
        related=(Also(policy, mode.path, "what the pods take"),) if mode and policy else (),
        severity=None if conflict.victims else Severity.WARNING,
        key=(policy.full_name,) if policy else (),
    )


def mutual_tls_refused(conflicts: Iterable[Conflict]) -> Iterator[Claim]:
    """Policies for a whole namespace or mesh that switch off what rules for all of one use; others are passed over."""
    found: dict[ResourceId, list[Conflict]] = defaultdict(list)
    for conflict in conflicts:
        if conflict.refusal == "plaintext only" and conflict.mode and conflict.mode.policy:
            found[conflict.mode.policy.id].append(conflict)
    for those in found.values():
        mode = those[0].mode
        if mode is None or mode.policy is None:
            continue
        rules = list(dict.fromkeys(str(conflict.setting.rule.id) for conflict in those))
        victims = next((conflict for conflict in those if conflict.victims), None)
        where = f" at {victims.places}" if victims else ""
        yield Claim(
            mode.policy,
            mode.path,
            f"Pods take no mutual TLS, but by {enumerated(rules, len(rules))} clients use it: nobody ends the TLS, and"
            f" requests get a 503{where}.",
            fix="Write PERMISSIVE, which takes both, or remove the tls setting of the DestinationRule.",
            related=tuple(Also(c.setting.rule, c.path, "what clients send") for c in those[:MOST]),
            severity=None if victims else Severity.WARNING,
        )


def no_rule_for(mesh: MeshGraph, unmet: Unmet, host: str) -> Claim:
    """A policy for a namespace or mesh that nothing makes clients heed, for no DestinationRule is for `host`."""
    policy = unmet.policy
    host = host.replace("NAMESPACE", policy.namespace).replace("cluster.local", mesh.settings.cluster_domain)
    where = f" to {unmet.taking.place}" if unmet.taking else ""
    lacking = Missing("DestinationRule", host, DestinationRule.KINDS, policy.namespace)
    return Claim(
        policy,
        unmet.mode.path,
        f"Pods take mutual TLS alone, but clients speak plaintext{where} and get a 503: enableAutoMtls is off, and a"
        f" DestinationRule for {host} with ISTIO_MUTUAL {ABSENT}.",
        fix=f"Switch enableAutoMtls on, or add a DestinationRule for {host} with ISTIO_MUTUAL.",
        absent=lacking,
    )
