"""Consul has not taken an entry as it is in Kubernetes.

Why: the servers refused it, or could not be reached. What is written in Kubernetes has no effect; Consul runs with an
older version of the entry, or without it.

Example:
    status:
      conditions:
      - {type: Synced, status: "False", reason: ConsulAgentError, message: "..."}

Fix: correct what the message says. With ExternallyManagedConfigError, somebody wrote the entry into Consul directly:
delete it there, or add the annotation `consul.hashicorp.com/migrate-entry: "true"`.

Silent when: the condition is True, or Unknown for less than five minutes; Unknown for longer is a warning.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer, text
from meshctl.analysis.api.consul import ConsulEntry

_GRACE = timedelta(minutes=5)


@analyzer("CSL211", "consul-entry-not-synced", Severity.ERROR, reads=(ConsulEntry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for entry in mesh.all(ConsulEntry):
        if entry.synced is None:
            continue
        path, condition = entry.synced
        status = condition.get("status")
        if status == "False" or (status == "Unknown" and _is_old(mesh, text(condition.get("lastTransitionTime")))):
            said = ": ".join(filter(None, (text(condition.get("reason")), text(condition.get("message"))[:300])))
            refused = status == "False"
            yield Claim(
                entry,
                (*path, "status"),
                ("Consul has not taken this" if refused else "Whether Consul has taken this is unknown")
                + f" {entry.id.kind}{f' ({said})' if said else ''}.",
                fix="Correct what the message names, then look at the status again.",
                severity=None if refused else Severity.WARNING,
            )


def _is_old(mesh: MeshGraph, since: str) -> bool:
    try:
        return datetime.fromisoformat(since) < mesh.settings.now - _GRACE
    except (ValueError, TypeError):
        return False
