"""A subset of a DestinationRule starts TLS without saying which CA must have signed the server's certificate.

Why: as for a whole DestinationRule (IST0128), proxies up to Istio 1.20 accept any certificate, and later ones trust
every CA of the operating system. Settings of a subset replace those of the rule: a CA that the rule names is lost here.

Example:
    kind: DestinationRule
    spec:
      host: db.example.com
      trafficPolicy:
        tls: {mode: SIMPLE, caCertificates: /etc/ca.pem}
      subsets:
      - name: v1
        labels: {version: v1}
        trafficPolicy:
          tls: {mode: SIMPLE}

Fix: name the file with the CA in `caCertificates`, or the Secret in `credentialName` together with a workloadSelector.

Silent when: the mode is ISTIO_MUTUAL or DISABLE.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, DestinationRule, MeshGraph, Severity, analyzer, unverified_servers


@analyzer(
    "MSH417",
    "destinationrule-subset-server-certificate-not-verified",
    Severity.WARNING,
    reads=(DestinationRule,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for tls in unverified_servers(mesh):
        if tls.subset is not None:
            yield Claim(
                tls.rule,
                tls.place,
                f"TLS to subset {tls.subset} of {tls.rule.host} ({tls.mode}) names no CA: the server's certificate is"
                " not verified, or by the CAs of the operating system at best.",
                fix="Name the CA in caCertificates, or in credentialName together with a workloadSelector.",
            )
