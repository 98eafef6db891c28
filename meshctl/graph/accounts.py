"""ServiceAccounts that others name."""

from meshctl.graph.kinds.core import ServiceAccount
from meshctl.graph.mesh import MeshGraph, Missing


def missing_account(mesh: MeshGraph, namespace: str, name: str) -> Missing | None:
    """The absence of a ServiceAccount; None where it is there. Every namespace has `default`."""
    if name in ("", "default") or mesh.get(ServiceAccount, namespace, name):
        return None
    # They are often made apart from the rest of their namespace.
    return Missing("ServiceAccount", f"{namespace}/{name}", ServiceAccount.KINDS, namespace, elsewhere=True)
