"""Snapshot to MeshGraph: typed views of resources, indexes, and typed edges between them."""
