"""Bytes to Snapshot: YAML and JSON files with positions, stdin, rendered charts."""
