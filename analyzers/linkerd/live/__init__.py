"""Checks of the pods that run Linkerd's proxy, as the cluster has them."""
