"""Drift: what the resources ask for, what the control plane sends, what the proxies run."""
