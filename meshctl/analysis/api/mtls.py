"""What checks of mutual TLS may import beside the general vocabulary: who sends what, and who takes what."""

from meshctl.analysis.mtls import mutual_tls_refused, no_rule_for, plaintext_refused
from meshctl.graph.mtls.accepting import Acceptance, Accepted, accepts
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.behind import Answering, behind, endpoint_port, is_external, is_headless
from meshctl.graph.mtls.clientrules import TlsSetting, client_rules, tls_setting
from meshctl.graph.mtls.clients import Client, client_of
from meshctl.graph.mtls.conflicts import Conflict, tls_conflicts
from meshctl.graph.mtls.connection import READS, Connection, connection, identity_is_known
from meshctl.graph.mtls.peerpolicies import PeerMode, peer_policies
from meshctl.graph.mtls.sending import Sending, auto_mutual_tls, sends
from meshctl.graph.mtls.servers import Way, ways
from meshctl.graph.mtls.takings import Taking, takings
from meshctl.graph.mtls.unmet import Unmet, unmet_policies
from meshctl.graph.mtls.widerules import Lost, lost_mutual_tls, one_sided_rules

__all__ = [
    "READS",
    "Acceptance",
    "Accepted",
    "Answering",
    "Because",
    "Client",
    "Conflict",
    "Connection",
    "Lost",
    "PeerMode",
    "Sending",
    "Taking",
    "TlsSetting",
    "Unmet",
    "Way",
    "accepts",
    "auto_mutual_tls",
    "behind",
    "client_of",
    "client_rules",
    "connection",
    "endpoint_port",
    "identity_is_known",
    "is_external",
    "is_headless",
    "lost_mutual_tls",
    "mutual_tls_refused",
    "no_rule_for",
    "one_sided_rules",
    "peer_policies",
    "plaintext_refused",
    "sends",
    "takings",
    "tls_conflicts",
    "tls_setting",
    "unmet_policies",
    "ways",
]
