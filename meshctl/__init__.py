"""meshctl finds what is wrong with a service mesh: in its manifests, in the cluster and in the running proxies."""

__version__ = "0.1.0"
