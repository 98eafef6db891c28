"""Typed views, one file a family of kinds."""
