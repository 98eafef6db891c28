"""The Envoys of Consul: what they tell beyond that which every Envoy does."""
