"""The virtual machines of a WorkloadGroup are to run with a ServiceAccount that does not exist.

Why: a machine joins the mesh with a token of that account. Without the account there is none, and the machine gets no
certificate.

Example:
    kind: WorkloadGroup
    metadata: {namespace: vm}
    spec:
      template: {serviceAccount: ledgr}   # the account is `ledger`

Fix: name an account of the namespace, or create it.

Silent when: the account exists, or is `default`, which every namespace has.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, WorkloadGroup, analyzer, mapping, text
from meshctl.analysis.api.workloadgroup import ServiceAccount, account_names, missing_account


@analyzer(
    "KIA1701",
    "workloadgroup-service-account-not-found",
    Severity.WARNING,
    reads=(WorkloadGroup, ServiceAccount),
    absent=(ServiceAccount,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for group in mesh.all(WorkloadGroup):
        name = text(mapping(group.spec.get("template")).get("serviceAccount"))
        if not (missing := missing_account(mesh, group.namespace, name)):
            continue
        yield Claim(
            group,
            ("spec", "template", "serviceAccount"),
            f"ServiceAccount {missing.name} {ABSENT}: the machines of this group get no certificate.",
            fix=account_names(mesh).meant(missing.name, group.namespace) or "Create the account, or name another one.",
            absent=missing,
        )
