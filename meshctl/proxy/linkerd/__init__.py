"""linkerd-proxy: it has no configuration dump, and tells what it does in metrics."""
