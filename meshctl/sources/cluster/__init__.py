"""Live clusters: read-only, page by page, only the kinds that somebody looks at."""
