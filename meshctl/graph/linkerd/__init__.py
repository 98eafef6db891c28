"""Linkerd: who gets its proxy, what it is told, and who may talk to whom."""
