"""A fleet: each cluster by itself (the map), and all of them together (the reduce)."""
