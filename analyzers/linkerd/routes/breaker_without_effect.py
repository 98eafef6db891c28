"""Annotations for a circuit breaker of Linkerd have no effect.

Why: a breaker is there only where `balancer.linkerd.io/failure-accrual` says `consecutive` or `unified`; the other
annotations tune it, those about the success rate only with `unified`. Others are ignored without a word, and with both
thresholds at zero there is no breaker at all.

Example:
    kind: Service
    metadata:
      annotations:
        balancer.linkerd.io/failure-accrual: consecutive
        balancer.alpha.linkerd.io/failure-accrual-success-rate-threshold: "0.8"   # needs unified

Fix: add the mode that the annotations need, or correct the name.

Silent when: each annotation counts with the mode that is set.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Names, Service, Severity, analyzer
from meshctl.analysis.api.linkerd import BREAKER, BREAKER_ANNOTATIONS, SUCCESS_RATE, is_breaker

_FAILURES = f"{BREAKER}-consecutive-max-failures"
_THRESHOLD = f"{SUCCESS_RATE}-threshold"


@analyzer("LKD604", "linkerd-circuit-breaker-without-effect", Severity.WARNING, reads=(Service,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = Names(BREAKER_ANNOTATIONS)
    for service in mesh.all(Service):
        mode = service.annotations.get(BREAKER, "")
        for name in filter(is_breaker, service.annotations):
            path = ("metadata", "annotations", name)
            if name not in BREAKER_ANNOTATIONS:
                near = known.nearest(name)
                message = f"Linkerd knows no annotation {name} and ignores it."
                fix = f"Did you mean {near}?" if near else "Correct its name, or remove it."
                yield Claim(service, path, message, fix=fix, on_key=True)
            elif name != BREAKER and not mode:
                message = f"Without {BREAKER} there is no circuit breaker, and {name} has no effect."
                yield Claim(service, path, message, fix=f"Add {BREAKER}: consecutive.", on_key=True)
            elif name.startswith(SUCCESS_RATE) and mode == "consecutive":
                message = f"{name} has an effect with {BREAKER}: unified alone."
                yield Claim(service, path, message, fix=f"Set {BREAKER}: unified.", on_key=True)
        if mode == "unified" and _is_zero(service, _FAILURES) and _is_zero(service, _THRESHOLD):
            yield Claim(
                service,
                ("metadata", "annotations", BREAKER),
                "With 0 failures and a success rate of 0 as its thresholds, this circuit breaker never opens.",
                fix=f"Set {_FAILURES} or {_THRESHOLD} above 0.",
            )


def _is_zero(service: Service, name: str) -> bool:
    value = service.annotations.get(name, "")
    return bool(value) and not value.strip("0.")
