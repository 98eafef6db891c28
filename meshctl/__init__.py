"""meshctl finds what is wrong with a service mesh in its manifests."""

__version__ = "0.1.0"
