"""Tables: what kubectl shows of lists."""

from typing import Any

from tests.apiserver.kinds import Kind
from tests.apiserver.store import Stored


def _pod(stored: Stored) -> list[Any]:
    status = stored.data.get("status") or {}
    containers = stored.data.get("spec", {}).get("containers") or []
    states = status.get("containerStatuses") or []
    ready = sum(1 for each in states if each.get("ready"))
    restarts = sum(each.get("restartCount", 0) for each in states)
    return [f"{ready}/{len(containers)}", status.get("phase", "Pending"), str(restarts), "1d"]


# Without the columns that only `-o wide` shows.
_COLUMNS = {
    "Pod": (("Ready", "Status", "Restarts", "Age"), _pod),
    "Namespace": (
        ("Status", "Age"),
        lambda stored: [(stored.data.get("status") or {}).get("phase", "Active"), "1d"],
    ),
}


def columns(kind: Kind) -> list[dict[str, Any]]:
    """The columns of a kind's table."""
    names, _ = _COLUMNS.get(kind.kind, (("Age",), None))
    return [
        {"name": name, "type": "string", "format": "name" if name == "Name" else "", "description": "", "priority": 0}
        for name in ("Name", *names)
    ]


def row(stored: Stored) -> list[Any]:
    """The cells of one object."""
    _, cells = _COLUMNS.get(stored.kind.kind, ((), None))
    return [stored.data["metadata"]["name"], *(cells(stored) if cells else ["1d"])]
