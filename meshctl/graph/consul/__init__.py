"""What Consul makes of its resources and annotations: injection, discovery chains, intentions."""
