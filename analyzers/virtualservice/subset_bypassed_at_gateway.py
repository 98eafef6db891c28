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

Silent when: the VirtualService names no gateways. Where the rules with subsets are its own, or are for gateways too, it
is only an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Path, Severity, VirtualService, analyzer, fqdn


@analyzer("IST0140", "virtualservice-subset-bypassed-at-gateway", Severity.WARNING, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    domain = mesh.settings.cluster_domain
    by_subset: dict[tuple[str, str], tuple[VirtualService, Path]] = {}
    anywhere: dict[tuple[str, str, str], VirtualService] = {}
    for vs in mesh.all(VirtualService):
        paths = {to.host: to.path for to in vs.destinations if to.subset and to.protocol == "http" and not to.mirror}
        own = {fqdn(host, vs.namespace, domain): host for _, host in vs.hosts} if paths else {}
        for name, path in paths.items():
            host = fqdn(name, vs.namespace, domain)
            if host in own and vs.applies_to_mesh:
                by_subset.setdefault((vs.cluster, host), (vs, path))
            if own.get(host) == name:
                anywhere.setdefault((vs.cluster, host, name), vs)
    for vs in mesh.all(VirtualService) if by_subset or anywhere else ():
        if not vs.gateways:
            continue
        for to in vs.destinations:
            host = fqdn(to.host, vs.namespace, domain)
            if to.protocol != "http" or to.mirror or to.subset:
                continue
            rules = by_subset.get((vs.cluster, host)) if vs.gateway_references else None
            if rules and rules[0] is not vs:
                yield Claim(
                    vs,
                    (*to.path, "host"),
                    f"Requests through the gateway go around the subset routing for {to.host} in VirtualService"
                    f" {rules[0].full_name}, which sidecars alone follow.",
                    fix="Name the subset in this destination as well, or bind those rules to the gateway.",
                    related=(Also(rules[0], (*rules[1], "subset"), "routes the host by subset"),),
                )
            elif other := rules[0] if rules else anywhere.get((vs.cluster, host, to.host)):
                whose = "this VirtualService" if other is vs else f"VirtualService {other.full_name}"
                yield Claim(
                    vs,
                    (*to.path, "host"),
                    f"This route takes all versions of {to.host}; other routes of {whose} take a subset.",
                    fix="Name a subset here as well, if not all versions are meant.",
                    severity=Severity.INFO,
                )
