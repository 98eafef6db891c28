"""A route of a gateway leads to a host whose own subset routing is for sidecars only, and goes around it.

Why: a gateway uses the VirtualServices that are bound to it. Rules for the host in another VirtualService, bound to the
sidecars (`mesh`), are not asked a second time: requests from outside reach all versions, also those that the
subset routing keeps away.

Example:
    kind: VirtualService
    metadata: {name: from-outside}
    spec:
      hosts: [shop.example.com]
      gateways: [shop-gateway]
      http:
      - route:
        - destination: {host: ratings}   # the VirtualService of `ratings` sends all to subset v1
    ---
    kind: VirtualService
    metadata: {name: ratings}
    spec:
      hosts: [ratings]
      http:
      - route:
        - destination: {host: ratings, subset: v1}

Fix: name the subset in the gateway's route as well, or bind the rules of the host to the gateway.

Silent when: the VirtualService is for sidecars only. Where the rules with subsets are its own, it is only an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Path, Severity, VirtualService, analyzer, fqdn


@analyzer("IST0140", "virtualservice-subset-bypassed-at-gateway", Severity.WARNING, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    domain = mesh.settings.cluster_domain
    by_subset: dict[tuple[str, str], tuple[VirtualService, Path]] = {}
    for vs in mesh.all(VirtualService):
        paths = {to.host: to.path for to in vs.destinations if to.subset and to.protocol == "http" and not to.mirror}
        if paths and vs.applies_to_mesh:
            own = {fqdn(host, vs.namespace, domain) for _, host in vs.hosts}
            for name, path in paths.items():
                host = fqdn(name, vs.namespace, domain)
                if host in own:
                    by_subset.setdefault((vs.cluster, host), (vs, path))
    for vs in mesh.all(VirtualService):
        if not by_subset or not vs.gateway_references:
            continue
        for to in vs.destinations:
            rules = by_subset.get((vs.cluster, fqdn(to.host, vs.namespace, domain)))
            if not rules or to.protocol != "http" or to.mirror or to.subset:
                continue
            if rules[0] is vs:
                yield Claim(
                    vs,
                    (*to.path, "host"),
                    f"This route takes all versions of {to.host}; other routes of this VirtualService take a subset.",
                    fix="Name a subset here as well, if not all versions are meant.",
                    severity=Severity.INFO,
                )
            else:
                yield Claim(
                    vs,
                    (*to.path, "host"),
                    f"Requests through the gateway go around the subset routing for {to.host} in VirtualService"
                    f" {rules[0].full_name}, which sidecars alone follow.",
                    fix="Name the subset in this destination as well, or bind those rules to the gateway.",
                    related=(Also(rules[0], (*rules[1], "subset"), "routes the host by subset"),),
                )
