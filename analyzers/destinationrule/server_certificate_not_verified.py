"""A DestinationRule starts TLS without saying which CA must have signed the server's certificate.

Why: proxies up to Istio 1.20 then accept any certificate, and whoever answers in the server's place can read and change
everything. Later ones trust every CA of the operating system, unless VERIFY_CERTIFICATE_AT_CLIENT is off.

Example:
    kind: DestinationRule
    spec:
      host: db.example.com
      trafficPolicy:
        tls: {mode: SIMPLE}

Fix: name the file with the CA in `caCertificates`, or the Secret in `credentialName` together with a workloadSelector.

Silent when: the mode is ISTIO_MUTUAL or DISABLE. Settings of one port are IST0129, those of a subset MSH417.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, DestinationRule, MeshGraph, Severity, analyzer, unverified_servers


@analyzer("IST0128", "destinationrule-server-certificate-not-verified", Severity.WARNING, reads=(DestinationRule,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for tls in unverified_servers(mesh):
        if not tls.of_port and tls.subset is None:
            yield Claim(
                tls.rule,
                tls.place,
                f"TLS to {tls.rule.host} ({tls.mode}) names no CA: the server's certificate is not verified, or by the"
                " CAs of the operating system at best.",
                fix="Name the CA in caCertificates, or in credentialName together with a workloadSelector.",
            )
