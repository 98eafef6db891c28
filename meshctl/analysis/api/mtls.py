"""What checks of mutual TLS may import beside the general vocabulary: who sends what, and who takes what."""

from meshctl.analysis.mtls import mutual_tls_refused, no_rule_for, plaintext_refused
from meshctl.graph.mtls.accepting import Acceptance, Accepted, accepts
from meshctl.graph.mtls.apiserver import Refused, refused_webhooks
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.behind import Answering, behind, endpoint_port, is_external, is_headless
from meshctl.graph.mtls.bypassed import Bypassed, bypassed_ports
from meshctl.graph.mtls.clients import Client, client_of
from meshctl.graph.mtls.cloudgateways import CLOUD_READS, refused_cloud_gateways
from meshctl.graph.mtls.conflicts import Conflict, places_of, tls_conflicts
from meshctl.graph.mtls.connection import READS, Connection, connection, identity_is_known, judge
from meshctl.graph.mtls.droppedtls import Dropped, dropped_tls
from meshctl.graph.mtls.identities import Unidentified, unidentified_callers
from meshctl.graph.mtls.outside import OpenPort, refusing_open_services
from meshctl.graph.mtls.peerpolicies import PeerMode, peer_policies
from meshctl.graph.mtls.plaincallers import PlainCall, refused_probes, refused_scrapes
from meshctl.graph.mtls.portlevels import StrangePort, strange_ports
from meshctl.graph.mtls.sending import Sending, auto_mutual_tls, sends
from meshctl.graph.mtls.servers import Way, ways
from meshctl.graph.mtls.takings import Taking, takings
from meshctl.graph.mtls.unmet import Unmet, unmet_policies
from meshctl.graph.mtls.widerules import Lost, lost_mutual_tls, one_sided_rules

__all__ = [
    "CLOUD_READS",
    "READS",
    "Acceptance",
    "Accepted",
    "Answering",
    "Because",
    "Bypassed",
    "Client",
    "Conflict",
    "Connection",
    "Dropped",
    "Lost",
    "OpenPort",
    "PeerMode",
    "PlainCall",
    "Refused",
    "Sending",
    "StrangePort",
    "Taking",
    "Unidentified",
    "Unmet",
    "Way",
    "accepts",
    "auto_mutual_tls",
    "behind",
    "bypassed_ports",
    "client_of",
    "connection",
    "dropped_tls",
    "endpoint_port",
    "identity_is_known",
    "is_external",
    "is_headless",
    "judge",
    "lost_mutual_tls",
    "mutual_tls_refused",
    "no_rule_for",
    "one_sided_rules",
    "peer_policies",
    "places_of",
    "plaintext_refused",
    "refused_cloud_gateways",
    "refused_probes",
    "refused_scrapes",
    "refused_webhooks",
    "refusing_open_services",
    "sends",
    "strange_ports",
    "takings",
    "tls_conflicts",
    "unidentified_callers",
    "unmet_policies",
    "ways",
]
