"""Checks of whether Istio can be installed or upgraded here."""
