"""A ServiceProfile is not named after a Service.

Why: Linkerd finds a profile by its name, which has to be the full name of the Service. With another one its routes,
retries and timeouts are never used.

Example:
    kind: ServiceProfile
    metadata:
      name: web   # web.shop.svc.cluster.local
      namespace: shop

Fix: name it NAME.NAMESPACE.svc.DOMAIN, in the namespace of the Service or in that of its clients.

Silent when: there is a Service of that name.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Names, Service, Severity, analyzer
from meshctl.analysis.api.linkerd import ServiceProfile


@analyzer(
    "LKD601",
    "linkerd-profile-of-no-service",
    Severity.WARNING,
    reads=(ServiceProfile, Service),
    absent=(Service,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    domain = mesh.settings.cluster_domain
    services: Names | None = None
    for profile in mesh.all(ServiceProfile):
        name, _, rest = profile.name.partition(".")
        home, _, tail = rest.partition(".")
        if tail != f"svc.{domain}":
            place = home or profile.namespace
            meant = f"{name}.{place}.svc.{domain}"
            yield Claim(
                profile,
                ("metadata", "name"),
                f"{profile.name} is not the full name of a Service, so Linkerd never uses this ServiceProfile.",
                fix=f"Name it {meant}."
                if mesh.get(Service, place, name)
                else f"Name it NAME.NAMESPACE.svc.{domain}, after the Service that it is for.",
            )
        elif mesh.get(Service, home, name) is None:
            services = services or Names(service.full_name for service in mesh.all(Service))
            near = services.nearest(f"{home}/{name}")
            yield Claim(
                profile,
                ("metadata", "name"),
                f"Service {home}/{name} {ABSENT}, so this ServiceProfile is never used.",
                fix=f"Did you mean {near}?" if near else "Name it after a Service that there is.",
                absent=Missing("Service", f"{home}/{name}", Service.KINDS, home),
            )
