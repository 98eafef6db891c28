"""Checks of Linkerd's installation: its control plane, certificates, networks and extensions."""
