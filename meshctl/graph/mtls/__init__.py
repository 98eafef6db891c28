"""Mutual TLS: what clients send, what servers take, and which resources decide both."""
