"""Certificates: whether those that proxies use are valid, and whether proxies can trust each other."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from meshctl.graph.fields import numbered, text
from meshctl.model.difference import Difference, Hop, Sort
from meshctl.proxy.envoy.answers import decode_object
from meshctl.proxy.status.types import time_of

_LAST_PART = 0.1
"""Of a certificate's life: istiod renews at half of it, so one in its last tenth was not renewed."""


class Certificates(Struct, frozen=True):
    """What one proxy has loaded: trust domains of its own certificates, serial numbers of its roots, and problems."""

    proxy: str
    domains: frozenset[str]
    roots: frozenset[str]
    problems: tuple[Difference, ...]


def certificates(data: bytes, proxy: str, now: datetime | None) -> Certificates:
    """The certificates in an answer of `/certs`; without a clock, nothing is said about time. Raises BrokenAnswer."""
    domains: set[str] = set()
    roots: set[str] = set()
    problems: list[Difference] = []
    for _, entry in numbered(decode_object(data).get("certificates")):
        for _, own in numbered(entry.get("cert_chain")):
            names = [text(n.get("uri")) for _, n in numbered(own.get("subject_alt_names"))]
            domains |= {n.removeprefix("spiffe://").partition("/")[0] for n in names if n.startswith("spiffe://")}
            problems += _aged(own, ", ".join(filter(None, names)) or text(own.get("serial_number")), now)
        roots |= {text(r.get("serial_number")).lower() for _, r in numbered(entry.get("ca_cert"))}
    return Certificates(proxy, frozenset(domains), frozenset(roots - {""}), tuple(problems))


def _aged(own: Any, name: str, now: datetime | None) -> Iterator[Difference]:
    end, start = time_of(text(own.get("expiration_time"))), time_of(text(own.get("valid_from")))
    if end is None or now is None:
        return
    left = (end - now).total_seconds()
    whole = (end - start).total_seconds() if start else 0.0
    if left <= 0 or (whole > 0 and left < whole * _LAST_PART):
        state = "expired" if left <= 0 else "about to expire"
        yield _problem(
            Sort.CERTIFICATE,
            f"certificate {name}",
            "valid",
            f"{state}: {text(own.get('expiration_time'))}",
            f"The proxy's certificate is {state}: other proxies refuse it then",
            "See whether istiod signs certificates (`pilot_sds_certificate_errors_total`), and restart the proxy",
        )


def trust_differences(found: list[Certificates]) -> Iterator[tuple[Difference, str]]:
    """Proxies whose trust domain or root is not that of most."""
    held = [c for c in found if c.domains or c.roots]
    for field, what, fix in (
        (
            "domains",
            "trust domain",
            "Give all parts of the mesh one trustDomain, or name the others in trustDomainAliases",
        ),
        (
            "roots",
            "root certificate",
            "Restart the proxy to make it load the present root; renew roots with both in the bundle",
        ),
    ):
        groups: dict[frozenset[str], list[str]] = defaultdict(list)
        for each in held:
            if values := getattr(each, field):
                groups[values].append(each.proxy)
        counted = Counter({values: len(proxies) for values, proxies in groups.items()})
        if len(counted) < 2:
            continue
        usual = max(sorted(counted, key=sorted), key=lambda values: counted[values])
        for values, proxies in sorted(groups.items(), key=lambda g: sorted(g[0])):
            if values.isdisjoint(usual):
                reason = f"The {what} differs from that of {counted[usual]} other proxies: they do not trust each other"
                for proxy in proxies:
                    wanted, there = ", ".join(sorted(usual)), ", ".join(sorted(values))
                    yield _problem(Sort.TRUST, what, wanted, there, reason, fix), proxy


def _problem(sort: Sort, name: str, wanted: str, found: str, reason: str, fix: str) -> Difference:
    return Difference(
        sort=sort,
        hop=Hop.SIBLINGS if sort is Sort.TRUST else Hop.DELIVERY,
        resource=None,
        path=(),
        field=name,
        desired=wanted,
        sent=None,
        running=found,
        reason=reason,
        fix=fix,
        objects=(name,),
    )
