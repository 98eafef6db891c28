"""The Secret with the credentials of a Link is missing.

Why: the controller of the Link logs in to the other cluster with it. Without it no Service is mirrored, and those that
were keep the endpoints of that day.

Example:
    kind: Link
    metadata: {name: west, namespace: linkerd-multicluster}
    spec: {targetClusterName: west, clusterCredentialsSecret: cluster-credentials-west}

Fix: link the clusters once more: linkerd --context west multicluster link-gen --cluster-name west | kubectl apply -f -

Silent when: the Secret is there and has an entry kubeconfig (its content is not looked at), or an ExternalSecret or
SealedSecret makes it.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Secret, SecretMaker, Severity, analyzer
from meshctl.analysis.api.linkerdlive import Link

_KEY = "kubeconfig"


@analyzer("LKD501", "linkerd-link-secret-missing", Severity.ERROR, reads=(Link, Secret, SecretMaker), absent=(Secret,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    made = {(maker.namespace, maker.secret) for maker in mesh.all(SecretMaker)} if mesh.all(Link) else set()
    for link in mesh.all(Link):
        if not link.secret or (link.namespace, link.secret) in made:
            continue
        secret = mesh.get(Secret, link.namespace, link.secret)
        path = ("spec", "clusterCredentialsSecret")
        fix = f"Link cluster {link.target} once more, which makes its credentials."
        if secret is None:
            yield Claim(
                link,
                path,
                f"Secret {link.namespace}/{link.secret} with the credentials for cluster {link.target} {ABSENT}: none "
                "of its Services is mirrored.",
                fix=fix,
                absent=Missing("Secret", link.secret, Secret.KINDS, link.namespace, elsewhere=True),
            )
        elif secret.keys and _KEY not in secret.keys:
            yield Claim(
                link,
                path,
                f"Secret {secret.full_name} has no entry {_KEY}: nobody can log in to cluster {link.target}.",
                fix=fix,
            )
