"""What Envoy's admin port answers, parsed."""
