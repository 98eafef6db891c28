"""The results that the golden reports are made of."""

from dataclasses import replace

from meshctl.model.finding import Finding, Related
from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.result import Exit, Failure, Result, SetAside, Skipped, Unread
from meshctl.model.severity import Severity

CHECKOUT = ResourceId("", "networking.istio.io", "VirtualService", "shop", "checkout")
LEDGER = ResourceId("", "networking.istio.io", "VirtualService", "shop", "ledger")
REVIEWS = ResourceId("", "", "Service", "shop", "reviews")

HOST = Finding(
    code="IST0101",
    name="virtualservice-destination-host-not-found",
    severity=Severity.ERROR,
    message="Host reviewz does not exist as a Service or ServiceEntry: requests that take this route get a 503.",
    resource=CHECKOUT,
    version="v1",
    path=("spec", "http", 0, "route", 0, "destination", "host"),
    location=Location("shop/routes.yaml", 22, 15, 22, 22, "        host: reviewz  # was: ratings"),
    fix="Did you mean reviews?",
    fingerprint="0123456789abcdef0123456789abcdef",
    help_uri="https://istio.io/latest/docs/reference/config/analysis/ist0101/",
)
CONFLICT = Finding(
    code="IST0109",
    name="conflicting-mesh-virtualservice-hosts",
    severity=Severity.WARNING,
    message="Two VirtualServices claim the host reviews.",
    resource=CHECKOUT,
    version="v1",
    path=("spec", "hosts", 0),
    location=Location("shop/routes.yaml", 17, 10, 17, 17, "  hosts: [reviews]"),
    related=(Related("claims it too", LEDGER, Location("shop/ledger.yaml", 6, 10, 6, 17, "  hosts: [reviews]")),),
    fingerprint="1123456789abcdef0123456789abcdef",
)
LIVE = Finding(
    code="IST0118",
    name="service-port-name-unknown-protocol",
    severity=Severity.INFO,
    message="The port web says no protocol: Istio has to guess it.",
    resource=REVIEWS._replace(cluster="prod-eu"),
    version="v1",
    path=("spec", "ports", 0, "name"),
    fix="Call it http-web, or set appProtocol.",
    fingerprint="2123456789abcdef0123456789abcdef",
)
CRASH = Finding(
    code="MSH004",
    name="analyzer-crashed",
    severity=Severity.ERROR,
    message="the check TST001 crash-wanted crashed (ValueError: boom): its findings are missing from this report",
    fix="Run again with --debug for the traceback and report it to the author of the check.",
    fingerprint="3123456789abcdef0123456789abcdef",
)

CLEAN = Result(
    inputs=("shop",),
    resources=1403,
    files=38,
    checks=("IST0101 virtualservice-destination-host-not-found", "IST0109 conflicting-mesh-virtualservice-hosts"),
)
FINDINGS = replace(CLEAN, findings=(HOST, CONFLICT, LIVE))
RESULTS = {
    "clean": CLEAN,
    "findings": FINDINGS,
    "suppressed": replace(CLEAN, suppressed=4, baselined=3),
    "aside": replace(
        CLEAN,
        findings=(LIVE,),
        suppressed=1,
        baselined=1,
        set_aside=(SetAside(HOST, "comment", "made by Terraform"), SetAside(CONFLICT, "baseline")),
    ),
    "partial": replace(
        CLEAN,
        findings=(LIVE,),
        suppressed=1,
        unread=(
            Unread("shop/broken.yaml", "line 3: mapping values are not allowed here"),
            Unread(
                "secrets", "forbidden: the user ci may not list secrets in the cluster, so nothing can be said of it"
            ),
        ),
        skipped=(Skipped("IST0101 gateway-credential-not-found", "needs secrets, which were not read"),),
    ),
    "crash": replace(CLEAN, findings=(CRASH,), crashed=True),
    "failed": Result(failure=Failure("no such file: nope.yaml", Exit.USAGE)),
}
