"""meshctl finds what is wrong with a service mesh: in manifests, in the cluster, in the running proxies."""

__version__ = "0.1.0"
