"""The rules by which Istio admits or refuses its own resources, a file a kind, out of small rules for field types."""
